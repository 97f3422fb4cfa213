"""Check a workbook of danvan with LibreOffice: python3 .ci/check-workbook.py PATH.xlsx …

Opens each workbook, has LibreOffice recalculate it, and compares every formula's stored result with the recalculated one.
Fails (exit 1) on any difference, on error values, on a formula without a stored result, on missing sheets; on a link, a
chart or a colour that refers to no cell, on a chart over cells without a figure, and on a sheet that is not ready to print.
Needs openpyxl and soffice (libreoffice-calc).
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import openpyxl
from openpyxl.utils import range_boundaries

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


def cells(book, reference, sheet=None):
    """The cells that 'Tổng hợp'!$A$1:$B$2 names; None where there are none such."""
    named = re.fullmatch(r"(?:'((?:[^']|'')+)'|([^'!]+))!(.+)", reference)
    if named:
        sheet = (named[1] or named[2]).replace("''", "'")
        reference = named[3]
    if sheet not in book.sheetnames:
        return None
    left, top, right, bottom = range_boundaries(reference.replace("$", ""))
    page = book[sheet]
    if bottom > page.max_row or right > page.max_column:
        return None
    return [cell for row in page.iter_rows(top, bottom, left, right) for cell in row]


def furniture(book, formulas):
    """What is wrong with links, charts, colours and the set-up for printing; and how many of the first three there are."""
    found, links, charts, colours = [], 0, 0, 0
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.hyperlink:
                    links += 1
                    if cell.hyperlink.location is None or not cells(book, cell.hyperlink.location):
                        found.append(f"{sheet.title}!{cell.coordinate}: leads to {cell.hyperlink.location}")
        for chart in sheet._charts:
            charts += 1
            for series in chart.series:
                values = cells(book, series.val.numRef.f)
                names = cells(book, (series.cat.strRef or series.cat.numRef).f)
                title = cells(book, series.tx.strRef.f)
                if not values or not names or len(values) != len(names):
                    found.append(f"{sheet.title}: a chart of {series.val.numRef.f}, which is not there")
                elif not any(isinstance(cell.value, (int, float)) for cell in values):
                    found.append(f"{sheet.title}: a chart of {series.val.numRef.f}, where no figure stands")
                elif not all(cell.value for cell in names) or not title or not title[0].value:
                    found.append(f"{sheet.title}: a chart of {series.val.numRef.f} whose names are empty")
        for colour in sheet.conditional_formatting:
            colours += 1
            for area in str(colour.sqref).split():
                figures = cells(book, area, sheet.title)
                if not figures or not any(isinstance(cell.value, (int, float)) for cell in figures):
                    found.append(f"{sheet.title}: a colour for {area}, where no figure stands")
        if sheet.page_setup.paperSize != 9 or sheet.page_setup.orientation != "landscape":
            found.append(f"{sheet.title}: not set up for A4 across")
        if "&P" not in (sheet.oddFooter.center.text or ""):
            found.append(f"{sheet.title}: pages without numbers")
    if formulas.active.title != formulas.sheetnames[0]:
        found.append("does not open at its first sheet")
    return found, f"{links} links, {charts} charts, {colours} colours"


def faults(path):
    """The faults of one workbook, how many formulas were compared, and what else there is."""
    formulas = openpyxl.load_workbook(path)
    stored = openpyxl.load_workbook(path, data_only=True)
    found, furnished = furniture(stored, formulas)
    found += [f"no sheet {name!r}" for name in SHEETS if name not in formulas.sheetnames]
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
    return found, compared, furnished


def main(paths):
    if not paths:
        sys.exit(__doc__)
    failed = False
    for path in map(Path, paths):
        found, compared, furnished = faults(path)
        if compared == 0:
            found.append("no formula at all")
        failed |= bool(found)
        for fault in found:
            print(f"{path}: {fault}", file=sys.stderr)
        print(f"{path}: {compared} formulas, {furnished}, {len(found)} faults")
    sys.exit(1 if failed else 0)


main(sys.argv[1:])
