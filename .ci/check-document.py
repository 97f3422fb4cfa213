"""Check a Word document of danvan: python3 .ci/check-document.py PATH.docx SENTENCE …

Each part must be well-formed XML, and without names of persons in its properties. LibreOffice must open and print it: as PDF it has
at least two pages and holds each SENTENCE. Fails (exit 1) otherwise. Needs soffice (libreoffice-writer) and pdftotext.
"""

import subprocess
import sys
import tempfile
import unicodedata
import zipfile
from pathlib import Path
from xml.etree import ElementTree

MAIN = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
MODIFIER = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}lastModifiedBy"


def printed(path, folder):
    """The document's pages as text, as LibreOffice prints them."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    pdf = folder / f"{path.stem}.pdf"
    if not pdf.exists():
        sys.exit(f"{path}: LibreOffice could not print it: {done.stderr.strip()}")
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, check=True).stdout
    return unicodedata.normalize("NFC", text.decode("utf-8")).rstrip("\f").split("\f")


def main(path, *sentences):
    path, faults = Path(path), []
    with zipfile.ZipFile(path) as package:
        if package.testzip():
            sys.exit(f"{path}: damaged")
        # Raises where a part is not well-formed.
        parts = {name: ElementTree.fromstring(package.read(name)) for name in package.namelist()}
    document, properties = parts["word/document.xml"], parts["docProps/core.xml"]
    named = [properties.findtext(tag) for tag in (CREATOR, MODIFIER) if properties.findtext(tag)]
    if named != ["danvan"]:
        faults.append(f"its properties name {named}")
    tables = [table for table in document.iter(f"{MAIN}tbl") if table.find(f"{MAIN}tblPr/{MAIN}tblBorders") is not None]
    faults += ["a table without a heading that repeats" for table in tables if next(table.iter(f"{MAIN}tblHeader"), None) is None]
    with tempfile.TemporaryDirectory() as folder:
        pages = printed(path, Path(folder))
    if len(pages) < 2:
        faults.append("only one page")
    words = " ".join(" ".join(pages).split())
    faults += [f"not printed: {sentence}" for sentence in sentences if sentence not in words]
    numbers = [page.split("\n", 1)[0].strip() for page in pages]
    if numbers[0] == "1" or numbers[1] != "2":
        faults.append(f"pages are numbered {numbers}")
    for fault in faults:
        print(f"{path}: {fault}", file=sys.stderr)
    print(f"{path}: {len(pages)} pages, {len(tables)} tables, {len(faults)} faults")
    return 1 if faults else 0


if len(sys.argv) < 2:
    sys.exit(__doc__)
sys.exit(main(*sys.argv[1:]))
