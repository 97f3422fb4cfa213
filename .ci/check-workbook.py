"""Check a workbook of danvan with LibreOffice: python3 .ci/check-workbook.py PATH.xlsx …

Opens each workbook, has LibreOffice recalculate it, and compares every formula's stored result with the recalculated one.
Fails (exit 1) on any difference, on error values, on a formula without a stored result, and on missing sheets.
Needs openpyxl and soffice (libreoffice-calc).
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import openpyxl

# Sheets of every report; those of a form or of a part of the period depend on what was asked.
SHEETS = ["Tổng hợp", "Theo đơn vị", "Tình hình gửi báo cáo", "Kiểm tra số liệu", "Thuyết minh"]
TOLERANCE = 1e-9
# LibreOffice trusts stored results of other programs unless told: 0 is "always recalculate".
SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>"""


def recalculated(path, folder):
    """The same workbook as LibreOffice saves it, all formulas reckoned anew."""
    user = folder / "profile" / "user"
    user.mkdir(parents=True, exist_ok=True)
    (user / "registrymodifications.xcu").write_text(SETTINGS, encoding="utf-8")
    out = folder / "out"
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(out), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    result = out / path.name
    if not result.exists():
        sys.exit(f"{path}: LibreOffice could not convert it: {done.stderr.strip()}")
    return openpyxl.load_workbook(result, data_only=True)


def same(stored, anew):
    if isinstance(stored, (int, float)) and isinstance(anew, (int, float)):
        return abs(stored - anew) <= TOLERANCE * max(1.0, abs(stored))
    # A formula that gives an empty text is stored as one, and read back as nothing.
    return (stored or "") == (anew or "")


def faults(path):
    """The faults of one workbook, and how many formulas were compared."""
    formulas = openpyxl.load_workbook(path)
    stored = openpyxl.load_workbook(path, data_only=True)
    found = [f"no sheet {name!r}" for name in SHEETS if name not in formulas.sheetnames]
    compared = 0
    with tempfile.TemporaryDirectory() as folder:
        anew = recalculated(path, Path(folder))
        for sheet in formulas:
            for row in sheet.iter_rows():
                for cell in row:
                    place = f"{sheet.title}!{cell.coordinate}"
                    then, now = stored[sheet.title][cell.coordinate], anew[sheet.title][cell.coordinate]
                    if "e" in (then.data_type, now.data_type):
                        found.append(f"{place}: error value {then.value} / {now.value}")
                    elif cell.data_type == "f":
                        compared += 1
                        if not same(then.value, now.value):
                            found.append(f"{place}: {cell.value} stored {then.value}, recalculated {now.value}")
    return found, compared


def main(paths):
    if not paths:
        sys.exit(__doc__)
    failed = False
    for path in map(Path, paths):
        found, compared = faults(path)
        if compared == 0:
            found.append("no formula at all")
        failed |= bool(found)
        for fault in found:
            print(f"{path}: {fault}", file=sys.stderr)
        print(f"{path}: {compared} formulas, {len(found)} faults")
    sys.exit(1 if failed else 0)


main(sys.argv[1:])
