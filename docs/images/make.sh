#!/usr/bin/env bash
# The pictures of the README: each sheet and page of the report on samples/bao-yen, as LibreOffice prints it.
#   bash docs/images/make.sh            those that stand in the README
#   bash docs/images/make.sh FOLDER     every page, in FOLDER, to be looked at
# Needs soffice and pdftoppm; DANVAN names the program, else it is built.
set -euo pipefail
cd "$(dirname "$0")/../.."

for tool in soffice pdftoppm pdftotext; do
    if ! command -v "$tool" >/dev/null; then
        echo "skipped: $tool is not here" >&2
        exit 0
    fi
done
if [ -z "${DANVAN:-}" ]; then
    cargo build --locked --release
    DANVAN=${CARGO_TARGET_DIR:-target}/release/danvan
fi
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT

# Exit code 1 says that the sample has errors in its data, as it should.
report() { "$DANVAN" -q report --year 2023 -C samples/bao-yen --format "$1" -o "$made" >/dev/null 2>&1 || [ $? -eq 1 ]; }
# Numbers as a Vietnamese office's own program shows them.
mkdir -p "$made/profile/user"
cat >"$made/profile/user/registrymodifications.xcu" <<'XML'
<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>vi</value></prop></item>
</oor:items>
XML
pdf() { soffice "-env:UserInstallation=file://$made/profile" --headless --convert-to pdf --outdir "$2" "$1" >/dev/null 2>&1; }

mkdir "$made/xlsx" "$made/docx"
report xlsx
pdf "$made/tong-ket-2023.xlsx" "$made/xlsx"
if report docx && [ -f "$made/tong-ket-2023.docx" ]; then
    pdf "$made/tong-ket-2023.docx" "$made/docx"
else
    echo "skipped: no Word document" >&2
fi

if [ $# -gt 0 ]; then
    mkdir -p "$1"
    for kind in xlsx docx; do
        file=$made/$kind/tong-ket-2023.pdf
        if [ -f "$file" ]; then pdftoppm -r 70 -png "$file" "$1/$kind"; fi
    done
    exit 0
fi

# picture NAME KIND TEXT: the first page on which TEXT stands.
picture() {
    local file=$made/$2/tong-ket-2023.pdf pages page
    [ -f "$file" ] || return 0
    pages=$(pdfinfo "$file" | awk '/^Pages/ { print $2 }')
    for ((page = 1; page <= pages; page++)); do
        if pdftotext -layout -f "$page" -l "$page" "$file" - | grep -F -- "$3" >/dev/null; then
            pdftoppm -r 70 -png -singlefile -f "$page" -l "$page" "$file" "docs/images/$1"
            echo "docs/images/$1.png: page $page of $pages"
            return 0
        fi
    done
    echo "no page says: $3" >&2
    return 1
}

picture tong-hop xlsx "Tổng hợp kết quả năm 2023"
picture theo-don-vi xlsx "Kết quả theo đơn vị, năm 2023"
picture theo-thang xlsx "Kết quả theo tháng, năm 2023"
picture theo-quy xlsx "Kết quả theo quý, năm 2023"
picture bieu xlsx "Tiếp nhận, giải quyết kiến nghị, đơn thư, năm 2023"
picture xep-hang xlsx "Xếp theo đơn tiếp nhận"
picture bieu-do xlsx "đơn đã giải quyết theo tháng"
picture tinh-hinh-gui xlsx "Tình hình gửi báo cáo, năm 2023"
picture du-lieu xlsx "Danh sách chi tiết: công tác"
picture kiem-tra-so-lieu xlsx "những chỗ cần xem lại"
picture thuyet-minh xlsx "Thuyết minh số liệu"

rm -f docs/images/van-ban-*.png
pdftoppm -r 60 -png "$made/docx/tong-ket-2023.pdf" docs/images/van-ban
