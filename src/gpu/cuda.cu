// Devices of CUDA: every task is a kernel that calls it with the number of a thread, but for products, which cuBLAS
// makes. Nothing here decides anything: that is in plain C++, which host_twin.cpp runs in tests.

#include <algorithm>
#include <stdexcept>
#include <variant>

#include <cublas_v2.h>
#include <cuda_runtime.h>

#include "gpu/cublas.hpp"
#include "gpu/cuda.hpp"

namespace ohmcarlo::gpu {
namespace {

constexpr unsigned kThreads = 256;  // of a block

/// Bytes that cuBLAS works in: given, so that its choices never depend on what is free.
constexpr std::size_t kWorkspace = std::size_t{32} << 20;
/// Bytes that are left free, for what allocations round up to and for the driver.
constexpr std::size_t kReserve = std::size_t{64} << 20;

template <class Work>
__global__ void do_work(const Work work) {
  const std::uint64_t index = std::uint64_t{blockIdx.x} * blockDim.x + threadIdx.x;
  if (index < work.size()) work(index);
}

class CudaDevice final : public Device {
 public:
  explicit CudaDevice(int number) : number_(number) {
    cudaDeviceProp properties{};
    check(cudaGetDeviceProperties(&properties, number), "its properties cannot be read");
    name_ = properties.name;
    use();
    check(cudaMalloc(&workspace_, kWorkspace), "no memory for cuBLAS");
    check(cublas_.create(&handle_), "cuBLAS does not start");
    // No TF32, no other arithmetic than single precision.
    check(cublas_.set_math_mode(handle_, CUBLAS_PEDANTIC_MATH), "cuBLAS refuses its mode");
    check(cublas_.set_workspace(handle_, workspace_, kWorkspace), "cuBLAS refuses its workspace");
  }
  ~CudaDevice() override {
    cudaSetDevice(number_);
    if (handle_ != nullptr) cublas_.destroy(handle_);
    cudaFree(workspace_);
  }

  [[nodiscard]] std::string name() const override { return name_; }

  [[nodiscard]] std::size_t free_bytes() const override {
    use();
    std::size_t free = 0, total = 0;
    check(cudaMemGetInfo(&free, &total), "its memory cannot be asked for");
    return free - std::min(free, kReserve);
  }
  [[nodiscard]] void* allocate(std::size_t bytes) override {
    use();
    void* memory = nullptr;
    check(cudaMalloc(&memory, std::max(bytes, std::size_t{1})), "no memory for " + std::to_string(bytes) + " bytes");
    return memory;
  }
  void release(void* memory) noexcept override {
    cudaSetDevice(number_);
    cudaFree(memory);
  }
  void upload(void* to, const void* from, std::size_t bytes) override {
    use();
    check(cudaMemcpy(to, from, bytes, cudaMemcpyHostToDevice), "an upload failed");
  }
  void download(void* to, const void* from, std::size_t bytes) override {
    use();
    check(cudaMemcpy(to, from, bytes, cudaMemcpyDeviceToHost), "a download, or what came before it, failed");
  }
  void clear(void* memory, std::size_t bytes) override {
    use();
    check(cudaMemset(memory, 0, bytes), "memory cannot be cleared");
  }

  void launch(const Task& task) override {
    std::visit([this](const auto& work) { start(work); }, task);
  }

 private:
  void start(const Products& task) {
    if (task.size() == 0) return;
    use();
    // cuBLAS has columns where we have rows: the matrices are their own transposes to it, and y' = w x'.
    constexpr float kOne = 1, kZero = 0;
    const float* of_y = task.adds ? &kOne : &kZero;
    const int rows = static_cast<int>(task.rows), chips = static_cast<int>(task.chips);
    const int outputs = static_cast<int>(task.outputs), inputs = static_cast<int>(task.inputs);
    const int width = static_cast<int>(task.row_of_weights());
    check(task.shared_inputs
              ? cublas_.sgemm(handle_, CUBLAS_OP_T, CUBLAS_OP_N, chips * outputs, rows, inputs, &kOne, task.weights,
                              width, task.x, inputs, of_y, task.y, chips * outputs)
              : cublas_.sgemm_strided_batched(handle_, CUBLAS_OP_T, CUBLAS_OP_N, outputs, rows, inputs, &kOne,
                                              task.weights, width, static_cast<long long>(outputs) * width, task.x,
                                              chips * inputs, inputs, of_y, task.y, chips * outputs, outputs, chips),
          "a product failed");
  }

  /// The device is a thread's own choice.
  void use() const { check(cudaSetDevice(number_), "it cannot be used"); }

  template <class Work>
  void start(const Work& work) {
    if (work.size() == 0) return;
    use();
    do_work<<<static_cast<unsigned>((work.size() + kThreads - 1) / kThreads), kThreads>>>(work);
    check(cudaGetLastError(), "a kernel does not start");
  }

  [[noreturn]] void fail(const std::string& problem, const std::string& reason) const {
    throw std::runtime_error("cuda:" + std::to_string(number_) + (name_.empty() ? "" : " (" + name_ + ")") + ": " +
                             problem + " (" + reason + ")");
  }
  void check(cudaError_t error, const std::string& problem) const {
    if (error != cudaSuccess) fail(problem, cudaGetErrorString(error));
  }
  void check(cublasStatus_t status, const std::string& problem) const {
    if (status != CUBLAS_STATUS_SUCCESS) fail(problem, "status " + std::to_string(static_cast<int>(status)));
  }

  int number_;
  std::string name_;
  Cublas cublas_;
  cublasHandle_t handle_ = nullptr;
  void* workspace_ = nullptr;
};

}  // namespace

CudaCount count_cuda() {
  int devices = 0;
  const cudaError_t error = cudaGetDeviceCount(&devices);
  if (error == cudaErrorInsufficientDriver || error == cudaErrorStubLibrary)
    return {0, "there is no driver of CUDA here, or one that is too old for this program", true};
  if (error == cudaErrorNoDevice || (error == cudaSuccess && devices == 0))
    return {0, "there is no device of CUDA here", true};
  if (error != cudaSuccess) return {0, std::string("CUDA does not start: ") + cudaGetErrorString(error)};
  return {devices, {}};
}

std::shared_ptr<Device> make_cuda_device(int number) {
  return std::make_shared<CudaDevice>(number);
}

}  // namespace ohmcarlo::gpu
