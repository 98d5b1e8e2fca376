# Run at every build: writes OUTPUT from version.cpp.in with the commit of today, if it has changed.
execute_process(COMMAND git -C ${SOURCE} rev-parse --short=12 HEAD OUTPUT_VARIABLE GIT_COMMIT
                OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
if(failed)
  set(GIT_COMMIT unknown)
else()
  execute_process(COMMAND git -C ${SOURCE} status --porcelain --untracked-files=no OUTPUT_VARIABLE changed ERROR_QUIET)
  if(changed)
    string(APPEND GIT_COMMIT "+")
  endif()
endif()
configure_file(${SOURCE}/src/base/version.cpp.in ${OUTPUT} @ONLY)
