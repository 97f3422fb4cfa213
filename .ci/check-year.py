"""A year of an office, through other programs: python3 .ci/check-year.py DANVAN

Sets a workspace up (`danvan init`) in a folder with blanks and Vietnamese letters, writes a register of 17 communes into it,
has blanks made for each (`danvan template --all`), fills them in with openpyxl quarter by quarter, some saved again by
LibreOffice as .ods and .xls; three communes are late with the last quarter, one sends a correction. Then `status`, `report`,
`freeze`, a late file, `report` with its bridge, and `reply`, each compared with sums of its own. Fails (exit 1) at the first
difference. Needs openpyxl and soffice (libreoffice-calc).
"""

import datetime
import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from decimal import Decimal
from pathlib import Path

import openpyxl

YEAR = 2023
HEADER = 7
LATE = 3
FORMS = ["dialogue", "petition", "land_donation", "workday"]
COMMUNES = [f"{kind} {name}" for kind, name in zip(
    ["Thị trấn"] + ["Xã"] * 16,
    ["Suối Đá", "An Lĩnh", "Bản Mây", "Cao Lương", "Đồi Thông", "Đông Khê", "Hồng Vân", "Khe Tre", "La Pán", "Mường Giang",
     "Nà Lũng", "Phước Hậu", "Quảng Tâm", "Sơn Trà", "Tân Thượng", "Văn Bút", "Yên Ninh"])]


def run(danvan, *arguments, code=0):
    done = subprocess.run([danvan, *map(str, arguments)], capture_output=True, text=True, encoding="utf-8", timeout=300)
    if done.returncode != code:
        sys.exit(f"danvan {' '.join(map(str, arguments))}: exit {done.returncode}\n{done.stderr}")
    return done


def same(what, found, expected):
    if found != expected:
        sys.exit(f"FAILED: {what}\n  found    {found}\n  expected {expected}")


def set_up(danvan, ws):
    run(danvan, "init", ws)
    settings = (ws / "danvan.toml").read_text(encoding="utf-8")
    settings = settings.replace('every = "month"', 'every = "quarter"')
    listed = ", ".join(f'"{form}"' for form in FORMS)
    settings = settings.replace('# forms = ["dialogue", "petition", "land_donation"]', f"forms = [{listed}]")
    (ws / "danvan.toml").write_text(settings, encoding="utf-8")
    book = openpyxl.load_workbook(ws / "don-vi.xlsx")
    sheet = book.worksheets[0]
    rows = [("SD", "Huyện Suối Đá", "huyện", None)]
    rows += [(f"SD{at:02}", name, name.split()[0].lower() if at else "thị trấn", "SD") for at, name in enumerate(COMMUNES)]
    for row, values in enumerate(rows, 5):
        for col, value in enumerate(values, 1):
            sheet.cell(row, col).value = value
    book.save(ws / "don-vi.xlsx")


def put(sheet, row, values):
    """Writes values under the headings that begin with these words."""
    headings = {str(cell.value): cell.column for cell in sheet[HEADER] if cell.value}
    for words, value in values.items():
        col = next(col for heading, col in headings.items() if heading.startswith(words))
        cell = sheet.cell(row, col)
        cell.value = value
        if isinstance(value, datetime.date):
            cell.number_format = "dd/mm/yyyy"


def fill(path, commune, quarter, sums, more=0):
    """One commune's quarter; `sums` gets what it adds up to, by indicator."""
    book = openpyxl.load_workbook(path)
    sheets = {sheet.title: sheet for sheet in book}
    day = lambda at: datetime.date(YEAR, 3 * quarter - 2 + at % 3, 2 + (commune * 3 + at * 5) % 26)
    for at in range(2 + commune % 2):
        people, opinions = 40 + commune * 3 + at + more, 6 + commune % 5
        put(sheets["Đối thoại"], HEADER + 1 + at, {
            "Ngày tổ chức": day(at), "Hình thức": ["Định kỳ", "Đột xuất"][at % 2], "Người chủ trì": "Bí thư",
            "Lượt người dự": people, "Số ý kiến, kiến nghị": opinions, "Số ý kiến đã trả lời": opinions - at % 2})
        sums["dialogue.sessions"] += 1
        sums["dialogue.participants"] += people
        sums["dialogue.opinions"] += opinions
        sums["dialogue.answered"] += opinions - at % 2
    for at in range(3 + commune % 4):
        open_ = quarter == 4 and at == 0
        put(sheets["Kiến nghị, đơn thư"], HEADER + 1 + at, {
            "Ngày tiếp nhận": day(at), "Loại đơn": ["Kiến nghị, phản ánh", "Khiếu nại"][at % 2], "Lĩnh vực": "Đất đai",
            "Tình trạng": "Đang giải quyết" if open_ else "Đã giải quyết",
            **({} if open_ else {"Ngày giải quyết": day(at) + datetime.timedelta(days=2)})})
        sums["petition.received"] += 1
        sums["petition.resolved"] += not open_
        sums["petition.pending"] += open_
    for at in range(4):
        area = Decimal(commune * 10 + at) + Decimal("120.5")
        put(sheets["Hiến đất"], HEADER + 1 + at, {"Ngày hiến": day(at), "Chủ hộ": f"Ông Lò Văn {at}{commune}{quarter}",
                                                "Diện tích đất hiến": float(area)})
        sums["land_donation.households"] += 1
        sums["land_donation.area"] += area
    put(sheets["Ngày công"], HEADER + 1, {"Ngày thực hiện": day(1), "Công việc": "Kênh mương",
                                         "Lượt người tham gia": 20 + commune, "Số ngày công": 30 + commune * 2 + quarter})
    sums["workday.participants"] += 20 + commune
    sums["workday.days"] += 30 + commune * 2 + quarter
    book.save(path)


def saved_as(path, extension, work):
    """As LibreOffice saves it, in the place of the file."""
    profile = f"-env:UserInstallation={(work / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", extension, "--outdir", path.parent, path]
    subprocess.run(list(map(str, command)), capture_output=True, timeout=300)
    if not path.with_suffix(f".{extension}").exists():
        sys.exit(f"LibreOffice did not save {path.name} as {extension}")
    path.unlink()


def report(danvan, ws):
    run(danvan, "-q", "report", "--year", YEAR, "-C", ws, "--format", "xlsx,md,docx,json", "--today", f"{YEAR + 1}-01-20")
    return json.loads((ws / "bao-cao" / f"tong-ket-{YEAR}.json").read_text(encoding="utf-8"))


def compare(what, data, sums):
    """Every indicator as a whole and by commune."""
    whole = Counter()
    for of_one in sums.values():
        whole.update(of_one)
    found = {one["id"]: one for one in data["indicators"]}
    for id_, value in whole.items():
        same(f"{what}: {id_}", Decimal(found[id_]["value"]), value)
        by_unit = {one["code"]: one["value"] for one in found[id_]["by_unit"] if one["value"] is not None}
        own = {code: of_one[id_] for code, of_one in sums.items() if id_ in of_one}
        same(f"{what}: {id_} by unit", {code: Decimal(value) for code, value in by_unit.items()}, own)
    return whole


def main():
    danvan = str(Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        ws = work / "Ban Dân vận Suối Đá (năm 2023)"
        set_up(danvan, ws)
        codes = [f"SD{at:02}" for at in range(len(COMMUNES))]
        sums = {code: Counter() for code in codes}
        late = {}
        for quarter in range(1, 5):
            blanks = work / f"mau-{quarter}"
            run(danvan, "template", *FORMS, "--all", "--year", YEAR, "--quarter", quarter, "-C", ws, "-o", blanks)
            files = sorted(blanks.iterdir())
            same("blanks", len(files), len(COMMUNES))
            for at, path in enumerate(files):
                of_quarter = Counter()
                fill(path, at, quarter, of_quarter)
                if (at + quarter) % 6 == 0:
                    saved_as(path, ["ods", "xls"][quarter % 2], work)
                    path = path.with_suffix(f".{['ods', 'xls'][quarter % 2]}")
                if quarter == 4 and at >= len(COMMUNES) - LATE:
                    late[codes[at]] = (path, of_quarter)
                    continue
                sums[codes[at]].update(of_quarter)
                target = ws / "du-lieu" / f"Quý {quarter}"
                target.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, target)
        # One commune sends its second quarter again, corrected: two more people at each of its dialogues.
        first, again = Counter(), Counter()
        blank = work / "lai"
        run(danvan, "template", *FORMS, "--unit", "SD05", "--year", YEAR, "--quarter", 2, "-C", ws, "-o", blank)
        corrected = next(blank.iterdir())
        fill(corrected, 5, 2, again, more=2)
        shutil.copy(corrected, ws / "du-lieu" / "Quý 2" / f"{COMMUNES[5]} quý 2 năm {YEAR} (sửa).xlsx")
        fill(next((work / "mau-2").glob("mau-SD05*.xlsx"), corrected), 5, 2, first)
        sums["SD05"].subtract(first)
        sums["SD05"].update(again)

        status = json.loads(run(danvan, "-q", "status", "--year", YEAR, "-C", ws, "--format", "json", "-o", "-",
                                "--today", f"{YEAR + 1}-01-20").stdout)
        missing = {one["code"] for one in status["units"] if one["reminder"]}
        same("status: who is missing", missing, set(late))
        same("status: n/N", (status["complete_units"], status["expected_units"]), (len(COMMUNES) - LATE, len(COMMUNES)))

        data = report(danvan, ws)
        errors = [one for one in data["diagnostics"] if one["severity"] == "error"]
        same("report: errors", errors, [])
        warned = {one["code"] for one in data["diagnostics"] if one["severity"] == "warning"}
        same("report: warnings", warned, {"corrected"})
        before = compare("report", data, sums)
        run(danvan, "freeze", "--year", YEAR, "-C", ws, "--today", f"{YEAR + 1}-01-21")

        code, (path, of_quarter) = next(iter(late.items()))
        shutil.copy(path, ws / "du-lieu" / "Quý 4")
        sums[code].update(of_quarter)
        data = report(danvan, ws)
        after = compare("report after the late file", data, sums)
        bridge = {one["id"]: one for one in data["bridge"]["indicators"]}
        for id_ in before:
            if before[id_] == after[id_]:
                continue
            one = bridge[id_]
            same(f"bridge: {id_}", (Decimal(one["published"]), Decimal(one["value"])), (before[id_], after[id_]))
            same(f"bridge: {id_}, its causes", {cause["cause"]: Decimal(cause["amount"]) for cause in one["causes"]},
                 {"late-file": after[id_] - before[id_]})

        run(danvan, "-q", "reply", "--year", YEAR, "-C", ws, "--today", f"{YEAR + 1}-01-22")
        pages = sorted((ws / "bao-cao" / f"ra-soat-{YEAR}").glob("SD[0-9]*.md"))
        same("reply: pages", [page.name[:4] for page in pages], codes)
        for at, page in enumerate(pages):
            text = page.read_text(encoding="utf-8")
            area = f"{sums[codes[at]]['land_donation.area']:,}".replace(",", " ").replace(".", ",").replace(" ", ".")
            area = area.rstrip("0").rstrip(",") if "," in area else area
            if area not in text or COMMUNES[at] not in text:
                sys.exit(f"FAILED: {page.name} lacks {COMMUNES[at]} or its {area} m2\n{text}")
            if "Lò Văn" in text:
                sys.exit(f"FAILED: {page.name} names a person")
        # What is sent may not have been touched.
        left = [str(path) for path in ws.rglob(".danvan-*")]
        same("nothing left behind", left, [])
        print(f"a year of {len(COMMUNES)} communes: {len(after)} indicators, {LATE} late, one corrected, a bridge of "
              f"{sum(before[id_] != after[id_] for id_ in before)} figures, {len(pages)} replies: all as reckoned")


main()
