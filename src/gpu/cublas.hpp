#pragma once
// cuBLAS, loaded when a device is opened: a program that is linked to it takes half a second and 200 MB to start, with
// a GPU or without. For the use of cuda.cu.

#include <stdexcept>
#include <string>

#include <cublas_v2.h>
#include <dlfcn.h>

namespace ohmcarlo::gpu {

/// The functions that are used, by the types of their declarations.
class Cublas {
 public:
  /// Throws std::runtime_error with one line if the library is not there.
  Cublas() : library_(dlopen("libcublas.so." OHMCARLO_CUDA_MAJOR, RTLD_NOW | RTLD_LOCAL)) {
    if (library_ == nullptr) library_ = dlopen(OHMCARLO_CUBLAS, RTLD_NOW | RTLD_LOCAL);
    if (library_ == nullptr)
      throw std::runtime_error(std::string("cuBLAS cannot be loaded: ") + dlerror() + " (is it in LD_LIBRARY_PATH?)");
    find("cublasCreate_v2", create);
    find("cublasDestroy_v2", destroy);
    find("cublasSetMathMode", set_math_mode);
    find("cublasSetWorkspace_v2", set_workspace);
    find("cublasSgemm_v2", sgemm);
    find("cublasSgemmStridedBatched", sgemm_strided_batched);
  }
  // The library stays: it cannot be unloaded safely while the driver works.

  decltype(&cublasCreate) create = nullptr;
  decltype(&cublasDestroy) destroy = nullptr;
  decltype(&cublasSetMathMode) set_math_mode = nullptr;
  decltype(&cublasSetWorkspace) set_workspace = nullptr;
  decltype(&cublasSgemm) sgemm = nullptr;
  decltype(&cublasSgemmStridedBatched) sgemm_strided_batched = nullptr;

 private:
  template <class Function>
  void find(const char* name, Function& function) {
    function = reinterpret_cast<Function>(dlsym(library_, name));
    if (function == nullptr) throw std::runtime_error(std::string("cuBLAS has no function ") + name);
  }

  void* library_;
};

}  // namespace ohmcarlo::gpu
