#include "gpu/devices.hpp"

#include "base/error.hpp"
#ifdef OHMCARLO_CUDA
#include "gpu/cuda.hpp"
#endif

namespace ohmcarlo::gpu {

#ifdef OHMCARLO_CUDA

std::string cuda_text() {
  return "CUDA " OHMCARLO_CUDA;
}

std::string cuda_problem() {
  return count_cuda().problem;
}

bool cuda_is_absent() {
  return count_cuda().absent;
}

int cuda_devices() {
  return count_cuda().devices;
}

std::shared_ptr<Device> open_cuda(int number) {
  const CudaCount found = count_cuda();
  if (!found.problem.empty()) fail_usage("cuda:{}: {}", number, found.problem);
  if (number < 0 || number >= found.devices)
    fail_usage("cuda:{}: there is no such device (allowed: cuda:0 to cuda:{})", number, found.devices - 1);
  try {
    return make_cuda_device(number);
  } catch (const std::runtime_error& error) {
    fail_usage("{}", error.what());
  }
}

#else

std::string cuda_text() {
  return "no CUDA";
}

std::string cuda_problem() {
  return "this program was built without CUDA";
}

bool cuda_is_absent() {
  return true;
}

int cuda_devices() {
  return 0;
}

std::shared_ptr<Device> open_cuda(int number) {
  fail_usage("cuda:{}: {}", number, cuda_problem());
}

#endif

}  // namespace ohmcarlo::gpu
