"""Check danvan's blank workbooks with other programs: python3 .ci/check-templates.py DANVAN

Makes a workspace and its blanks (`danvan init`, `danvan template`), fills them in with openpyxl by their own drop-downs and
rules, as a clerk would, has LibreOffice save each as .xlsx, .ods and .xls, and reads all of them back with `danvan convert`.
Fails (exit 1) where a record or a figure differs from what was filled in, where a file that another program saved reads
otherwise, where anything but a note is said of it, where a rule was lost on the way, or where an untouched blank says more
than that it is one. Nothing by chance: two runs do the same. Needs openpyxl and soffice (libreoffice-calc).
"""

import datetime
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import openpyxl

YEAR = 2023
# More than the rows that are ruled.
ROWS = 30
HEADER = 7
# A date right of one of these says when it came to be.
ENDED = {"Đã giải quyết", "Được công nhận", "Được nhân rộng"}
# Where a record stands, which differs from file to file, and what it is called there.
PLACE = {"file", "sheet", "cell"}
failures = []


def fail(text):
    failures.append(text)
    if len(failures) <= 20:
        print("FAILED:", text)


def run(danvan, *arguments):
    done = subprocess.run([danvan, *map(str, arguments)], capture_output=True, text=True, encoding="utf-8", timeout=300)
    if done.returncode == 2:
        sys.exit(f"danvan {' '.join(map(str, arguments))}: {done.stderr.strip()}")
    return done


def said(danvan, workspace, file):
    """The codes of what is said of a file that is no note, and of all."""
    done = run(danvan, "check", "--log-format", "json", "-C", workspace, "-i", file)
    events = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    found = [event for event in events if "code" in event]
    return [one["code"] for one in found if one["severity"] != "note"], [one["code"] for one in found]


def records(danvan, workspace, file):
    """Every record and figure of a file, without its place, in their order."""
    done = run(danvan, "-q", "convert", file, "--to", "jsonl", "-C", workspace, "-o", "-")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return [{key: value for key, value in line.items() if key not in PLACE} for line in lines]


def rules(sheet):
    """For each column its kind of rule, and the words of its drop-down."""
    found = {}
    for rule in sheet.data_validations.dataValidation:
        words = []
        if rule.type == "list" and rule.formula1.startswith('"'):
            words = rule.formula1.strip('"').split(",")
        elif rule.type == "list":
            name, cells = rule.formula1.rsplit("!", 1)
            column = sheet.parent[name.strip("'")][cells.replace("$", "")]
            words = [row[0].value for row in column]
        for area in rule.sqref.ranges:
            for col in range(area.min_col, area.max_col + 1):
                found[col] = (rule.type, words)
    return found


def fill(book):
    """Fills every form in; gives the filled values of each row that should come back, figures last."""
    expected, stated = [], []
    for sheet in book.worksheets:
        headings = [cell.value for cell in sheet[HEADER]]
        if not headings or headings[0] != "STT":
            continue
        by_column = rules(sheet)
        figures = headings.index("Số liệu") + 1 if "Số liệu" in headings else None
        if figures:
            for row in range(HEADER + 1, sheet.max_row + 1):
                if sheet.cell(row, 2).value:
                    value = 100 + 7 * row
                    sheet.cell(row, figures).value = value
                    stated.append([str(value)])
            continue
        # Its date, in place of which "Không phát sinh" may stand.
        main = min(col for col, (kind, _) in by_column.items() if kind == "custom")
        for at in range(ROWS):
            row = HEADER + 1 + at
            day = datetime.date(YEAR, 1, 3) + datetime.timedelta(days=11 * at)
            sheet.cell(row, 1).value = at + 1
            values = []
            for col, heading in enumerate(headings, 1):
                kind, words = by_column.get(col, (None, []))
                value = None
                if col == main:
                    value = day
                elif kind == "date":
                    left_is_list = by_column.get(col - 1, (None, []))[1]
                    if not ENDED & set(left_is_list) or sheet.cell(row, col - 1).value in ENDED:
                        value = day + datetime.timedelta(days=9)
                elif kind == "list":
                    value = words[at % len(words)]
                elif kind == "whole":
                    money = 100_000 if "(đồng)" in heading else 1
                    value = (400 - 20 * col + 3 * (at * 7 % 11)) * money
                elif kind == "decimal":
                    value = 12.5 + at * 5 % 7
                elif heading not in ("STT", "Ghi chú"):
                    sheet.cell(row, col).value = f"Hộ ông Lò Văn {at + 1}"
                if value is not None:
                    sheet.cell(row, col).value = value
                    if kind in ("custom", "date"):
                        sheet.cell(row, col).number_format = "dd/mm/yyyy"
                        value = value.isoformat()
                    values.append(f"{value:g}" if isinstance(value, float) else str(value))
            expected.append(values)
    return expected + stated


def saved_by_libreoffice(folder, file, extension):
    out = folder / f"luu-{extension}"
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", extension, "--outdir", str(out), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    result = out / f"{file.stem}.{extension}"
    if not result.exists():
        sys.exit(f"{file}: LibreOffice could not save it as {extension}: {done.stderr.strip()}")
    return result


def count_of_rules(file):
    book = openpyxl.load_workbook(file)
    return {sheet.title: sorted((col, kind, len(words)) for col, (kind, words) in rules(sheet).items()) for sheet in book}


def main(danvan):
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        workspace = folder / "Huyện ủy mẫu"
        run(danvan, "init", workspace)
        # The example's units are no office's.
        register = openpyxl.load_workbook(workspace / "don-vi.xlsx")
        for row in register.worksheets[0].iter_rows(min_row=5):
            row[1].value = row[1].value and row[1].value.replace("Ví Dụ", "Mường Lự")
        register.save(workspace / "don-vi.xlsx")
        run(danvan, "template", "--all", "--year", YEAR, "-C", workspace)
        blank = sorted((workspace / "bieu-mau").iterdir())[0]
        for extension in ["xlsx", "ods", "xls"]:
            untouched = saved_by_libreoffice(folder, blank, extension)
            _, codes = said(danvan, workspace, untouched)
            if set(codes) - {"template-blank"}:
                fail(f"an untouched blank saved as {extension}: {codes}")
        wanted = count_of_rules(blank)
        book = openpyxl.load_workbook(blank)
        expected = fill(book)
        filled = folder / blank.name
        book.save(filled)
        if count_of_rules(filled) != wanted:
            fail("openpyxl lost rules of columns")
        grave, _ = said(danvan, workspace, filled)
        if grave:
            fail(f"filled in with openpyxl: {grave}")
        read = records(danvan, workspace, filled)
        if len(read) != len(expected):
            fail(f"{len(expected)} rows were filled in, {len(read)} were read")
        for row, (record, values) in enumerate(zip(read, expected)):
            if record["unit_code"] not in blank.name:
                fail(f"row {row} is {record['unit_code']}'s")
            held = [str(value) for value in record.values()]
            for value in values:
                if value not in held:
                    fail(f"row {row}: {value} was filled in, and is not in {record}")
        print(f"{len(read)} rows of {len(book.worksheets) - 2} forms, filled in with openpyxl, were read back")
        for extension in ["xlsx", "ods", "xls"]:
            saved = saved_by_libreoffice(folder, filled, extension)
            grave, _ = said(danvan, workspace, saved)
            if grave:
                fail(f"saved by LibreOffice as {extension}: {grave}")
            again = records(danvan, workspace, saved)
            if again != read:
                at = next((at for at, (a, b) in enumerate(zip(again, read)) if a != b), "?")
                fail(f"saved by LibreOffice as {extension}: reads otherwise, {len(again)} rows, first in row {at}")
            if extension == "xlsx" and count_of_rules(saved) != wanted:
                fail("LibreOffice lost rules of columns")
            print(f"saved by LibreOffice as {extension}: reads the same")
    return 1 if failures else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
