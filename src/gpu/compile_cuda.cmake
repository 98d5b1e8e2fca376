# Compiles cuda.cu into ohmcarlo_gpu: by a command of its own, since the flags of other sources are not nvcc's. The code is for
# compute capabilities 8.0 and 9.0, and in a form that drivers of later devices compile.
string(REGEX REPLACE "\\..*" "" cuda_major ${OHMCARLO_NVCC_VERSION})
set(cuda_object ${CMAKE_CURRENT_BINARY_DIR}/cuda.o)
set(cuda_flags -std=c++20 -O3 -fmad=false --expt-relaxed-constexpr -Xcompiler=-ffp-contract=off
    -gencode arch=compute_80,code=sm_80 -gencode arch=compute_90,code=[sm_90,compute_90])  # contraction would change random numbers
if(OHMCARLO_WERROR)
  list(APPEND cuda_flags -Werror=all-warnings)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  list(APPEND cuda_flags -ccbin ${CMAKE_CXX_COMPILER})
endif()
add_custom_command(OUTPUT ${cuda_object} DEPFILE ${cuda_object}.d DEPENDS gpu/cuda.cu
  COMMAND ${CMAKE_CXX_COMPILER_LAUNCHER} ${OHMCARLO_NVCC} ${cuda_flags} -DOHMCARLO_CUDA_MAJOR="${cuda_major}"
          -DOHMCARLO_CUBLAS="${CUBLAS_LIBRARY}" -I${CMAKE_CURRENT_SOURCE_DIR} -I${CUBLAS_INCLUDE_DIR} -MD -MF ${cuda_object}.d
          -c ${CMAKE_CURRENT_SOURCE_DIR}/gpu/cuda.cu -o ${cuda_object}
  COMMENT "Compiling gpu/cuda.cu for sm_80 and sm_90" VERBATIM)
set_source_files_properties(${cuda_object} PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
target_sources(ohmcarlo_gpu PRIVATE ${cuda_object})
target_compile_definitions(ohmcarlo_gpu PRIVATE OHMCARLO_CUDA="${OHMCARLO_NVCC_VERSION}")
target_link_libraries(ohmcarlo_gpu PUBLIC ${CUDART_LIBRARY} ${CMAKE_DL_LIBS} rt Threads::Threads)
