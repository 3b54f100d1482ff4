@echo off
rem The command line of an installed Augury, under the Node that came with it.
"%~dp0node.exe" "%~dp0..\app.asar.unpacked\bin\augury.cjs" %*
