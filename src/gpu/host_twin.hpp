#pragma once
// A device that is none: the processor does what the threads of a GPU would do, one after the other, in ordinary
// memory. For tests, not for speed.

#include <limits>
#include <map>

#include "gpu/device.hpp"

namespace ohmcarlo::gpu {

class HostTwin : public Device {
 public:
  /// Has `memory` bytes.
  explicit HostTwin(std::size_t memory = std::numeric_limits<std::size_t>::max()) : free_(memory) {}
  ~HostTwin() override;

  [[nodiscard]] std::string name() const override { return "host twin"; }
  [[nodiscard]] std::size_t free_bytes() const override { return free_; }
  /// Bytes that are allocated.
  [[nodiscard]] std::size_t used_bytes() const { return used_; }
  /// Bytes that were uploaded so far.
  [[nodiscard]] std::size_t uploaded_bytes() const { return uploaded_; }
  [[nodiscard]] void* allocate(std::size_t bytes) override;
  void release(void* memory) noexcept override;
  void upload(void* to, const void* from, std::size_t bytes) override;
  void download(void* to, const void* from, std::size_t bytes) override;
  void clear(void* memory, std::size_t bytes) override;

  void launch(const Task& task) override;

 private:
  std::size_t free_;
  std::size_t used_ = 0;
  std::size_t uploaded_ = 0;
  std::map<void*, std::size_t> sizes_;
};

}  // namespace ohmcarlo::gpu
