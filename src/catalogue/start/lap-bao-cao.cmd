@echo off
chcp 65001 >nul
rem Nháy đúp vào tệp này để lập báo cáo của năm trước.
rem Lập báo cáo năm khác: mở cửa sổ lệnh ở thư mục này rồi gõ, ví dụ, lap-bao-cao.cmd 2023
pushd "%~dp0"
set "CHUONG_TRINH=danvan"
if exist "%~dp0danvan.exe" set "CHUONG_TRINH=%~dp0danvan.exe"
if "%~1"=="" goto nam_truoc
"%CHUONG_TRINH%" report --year "%~1"
goto xong
:nam_truoc
"%CHUONG_TRINH%" report --last year
:xong
set "KET_QUA=%ERRORLEVEL%"
echo.
if "%KET_QUA%"=="0" echo Xong. Báo cáo nằm trong thư mục bao-cao.
if "%KET_QUA%"=="9009" echo Chưa tìm thấy chương trình danvan: chép danvan.exe vào thư mục này rồi chạy lại.
popd
pause
exit /b %KET_QUA%
