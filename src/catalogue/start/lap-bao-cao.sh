#!/bin/sh
# Nháy đúp vào tệp này để lập báo cáo của năm trước; năm khác thì gõ, ví dụ: ./lap-bao-cao.sh 2023
cd -- "$(dirname -- "$0")" || exit 2
program=danvan
if [ -x ./danvan ]; then program=./danvan; fi
if ! command -v "$program" >/dev/null 2>&1; then
    echo "Chưa tìm thấy chương trình danvan: chép tệp danvan vào thư mục này rồi chạy lại."
    (exit 127)
elif [ $# -gt 0 ]; then
    "$program" report --year "$1"
else
    "$program" report --last year
fi
code=$?
case $code in
0) echo "Xong. Báo cáo nằm trong thư mục bao-cao." ;;
esac
# Cửa sổ mở bằng nháy đúp đóng ngay khi xong: chờ người dùng đọc. Chạy theo lịch thì không chờ.
if [ -t 0 ] && [ -t 1 ]; then
    printf 'Nhấn Enter để đóng cửa sổ… '
    read -r _
fi
exit $code
