# What `cmake --install BUILD --prefix PREFIX` lays down besides the programs: recipes, batch scripts, the Python package with
# its command, man pages, completions, a module file.

set(data ${CMAKE_INSTALL_DATADIR}/ohmcarlo)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/experiments ${PROJECT_SOURCE_DIR}/slurm DESTINATION ${data} USE_SOURCE_PERMISSIONS
        PATTERN "*.in" EXCLUDE PATTERN "__pycache__" EXCLUDE)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/analysis/ohmcarlo ${PROJECT_SOURCE_DIR}/analysis/ohmcarlo_analysis
        DESTINATION ${data}/analysis PATTERN "__pycache__" EXCLUDE)
install(PROGRAMS ${PROJECT_SOURCE_DIR}/analysis/ohmcarlo-analysis DESTINATION ${CMAKE_INSTALL_BINDIR})

# The prefix may be given as late as at installation.
install(CODE "
  set(PREFIX \"\${CMAKE_INSTALL_PREFIX}\")
  configure_file(\"${PROJECT_SOURCE_DIR}/slurm/modulefile.in\"
                 \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${data}/modulefiles/ohmcarlo/${PROJECT_VERSION}\" @ONLY)
  execute_process(COMMAND /usr/bin/env python3 \"${CMAKE_CURRENT_SOURCE_DIR}/app/manual.py\" \"$<TARGET_FILE:ohmcarlo>\"
                          \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DATADIR}\" RESULT_VARIABLE failed)
  if(failed)
    message(WARNING \"no man pages and completions: python3 is missing or failed\")
  endif()")
