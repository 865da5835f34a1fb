; `sightline` on the PATH of everybody: the folder of the command line is put at its end, and taken out again.

!macro customInstall
  nsExec::ExecToLog `powershell -NoProfile -NonInteractive -Command "$$p=[Environment]::GetEnvironmentVariable('Path','Machine');$$d='$INSTDIR\resources\bin';if(($$p -split ';') -notcontains $$d){[Environment]::SetEnvironmentVariable('Path',$$p.TrimEnd(';')+';'+$$d,'Machine')}"`
  Pop $0
!macroend

!macro customUnInstall
  nsExec::ExecToLog `powershell -NoProfile -NonInteractive -Command "$$d='$INSTDIR\resources\bin';$$p=([Environment]::GetEnvironmentVariable('Path','Machine') -split ';' | Where-Object {$$_ -ne $$d}) -join ';';[Environment]::SetEnvironmentVariable('Path',$$p,'Machine')"`
  Pop $0
!macroend
