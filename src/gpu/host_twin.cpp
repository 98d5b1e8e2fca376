#include "gpu/host_twin.hpp"

#include <algorithm>
#include <cstring>
#include <new>

#include <fmt/format.h>

namespace ohmcarlo::gpu {
namespace {

constexpr std::align_val_t kTwinAlignment{256};

/// Backwards: a task that relied on the order of its threads would be seen.
template <class Work>
void run_backwards(const Work& work) {
  for (std::uint64_t left = work.size(); left > 0; --left) work(left - 1);
}

}  // namespace

HostTwin::~HostTwin() {
  for (const auto& [memory, bytes] : sizes_) ::operator delete(memory, kTwinAlignment);
}

void* HostTwin::allocate(std::size_t bytes) {
  if (bytes > free_)
    throw std::runtime_error(fmt::format("{}: {} bytes do not fit into {} that are free", name(), bytes, free_));
  void* memory = ::operator new(std::max(bytes, std::size_t{1}), kTwinAlignment);
  std::memset(memory, 0xFF, bytes);  // NaN, so that what is read before it is written is seen
  sizes_[memory] = bytes;
  free_ -= bytes;
  used_ += bytes;
  return memory;
}

void HostTwin::release(void* memory) noexcept {
  const auto found = sizes_.find(memory);
  if (found == sizes_.end()) return;
  free_ += found->second;
  used_ -= found->second;
  ::operator delete(memory, kTwinAlignment);
  sizes_.erase(found);
}

void HostTwin::upload(void* to, const void* from, std::size_t bytes) {
  if (bytes > 0) std::memcpy(to, from, bytes);
  uploaded_ += bytes;
}

void HostTwin::download(void* to, const void* from, std::size_t bytes) {
  if (bytes > 0) std::memcpy(to, from, bytes);
}

void HostTwin::clear(void* memory, std::size_t bytes) {
  if (bytes > 0) std::memset(memory, 0, bytes);
}

void HostTwin::launch(const Task& task) {
  std::visit([](const auto& work) { run_backwards(work); }, task);
}

}  // namespace ohmcarlo::gpu
