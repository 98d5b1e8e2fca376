#pragma once
// A device that programs and evaluates chips: its memory, and the few things it can do. What is done with them is the
// same for all devices; see device_chips.hpp.

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "gpu/array_cells.hpp"
#include "gpu/array_inputs.hpp"
#include "gpu/array_sums.hpp"
#include "gpu/draw_tasks.hpp"
#include "gpu/layer_tasks.hpp"
#include "gpu/lstm_tasks.hpp"
#include "gpu/plane_tasks.hpp"
#include "gpu/program_weights.hpp"
#include "gpu/score_tasks.hpp"

namespace ohmcarlo::gpu {

/// What the threads of a device can do.
using Task = std::variant<DrawWords, DrawNormals, ProgramWeights, GatherRows, GatherPatches, PoolPlanes, Products,
                          AddValues, FinishLayer, LstmStep, ScoreRows, TallyLanes, TallyTotals, EncodeInputs, SumCells,
                          ReadTiles<1>, ReadTiles<4>, FinishRead>;

/// Tasks are done one after the other, in the order of the calls; only downloads wait for them. All pointers in tasks
/// are to memory of the device. Whatever fails throws std::runtime_error with one line that names the device.
/// Not for several threads at once.
class Device {
 public:
  Device() = default;
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;
  virtual ~Device() = default;

  /// Its maker's name for it, for people.
  [[nodiscard]] virtual std::string name() const = 0;

  /// Bytes that can still be allocated.
  [[nodiscard]] virtual std::size_t free_bytes() const = 0;
  /// At least `bytes` bytes of undefined content, at a multiple of 256; never null.
  [[nodiscard]] virtual void* allocate(std::size_t bytes) = 0;
  virtual void release(void* memory) noexcept = 0;
  virtual void upload(void* to, const void* from, std::size_t bytes) = 0;
  virtual void download(void* to, const void* from, std::size_t bytes) = 0;
  /// Sets bytes to 0.
  virtual void clear(void* memory, std::size_t bytes) = 0;

  /// What a row and a chip get of Products depends on that row and that chip alone, to the bit, as long as the sizes
  /// stay: sizes may decide in which order products are added up.
  virtual void launch(const Task& task) = 0;
};

/// Elements in the memory of a device.
template <class T>
class DeviceArray {
 public:
  DeviceArray() = default;
  DeviceArray(std::shared_ptr<Device> device, std::size_t size)
      : device_(std::move(device)), size_(size), data_(static_cast<T*>(device_->allocate(size * sizeof(T)))) {}
  DeviceArray(std::shared_ptr<Device> device, const std::vector<T>& values)
      : DeviceArray(std::move(device), values.size()) {
    upload(values);
  }
  DeviceArray(DeviceArray&& other) noexcept
      : device_(std::move(other.device_)),
        size_(std::exchange(other.size_, 0)),
        data_(std::exchange(other.data_, nullptr)) {}
  DeviceArray& operator=(DeviceArray&& other) noexcept {
    std::swap(device_, other.device_);
    std::swap(size_, other.size_);
    std::swap(data_, other.data_);
    return *this;
  }
  ~DeviceArray() {
    if (data_ != nullptr) device_->release(data_);
  }

  [[nodiscard]] T* data() const { return data_; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t bytes() const { return size_ * sizeof(T); }

  /// Copies all of `values`, not more than there is room for, to the front.
  void upload(std::span<const T> values) { device_->upload(data_, values.data(), values.size_bytes()); }
  /// Elements first .. first + count - 1.
  [[nodiscard]] std::vector<T> download(std::size_t first, std::size_t count) const {
    std::vector<T> values(count);
    device_->download(values.data(), data_ + first, count * sizeof(T));
    return values;
  }
  void clear() { device_->clear(data_, bytes()); }

 private:
  std::shared_ptr<Device> device_;
  std::size_t size_ = 0;
  T* data_ = nullptr;
};

}  // namespace ohmcarlo::gpu
