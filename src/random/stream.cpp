#include "random/stream.hpp"

#include <algorithm>
#include <array>

#include "base/error.hpp"

namespace ohmcarlo {
namespace {

/// Whole blocks go straight to `out`; a block that is cut at either end goes through a buffer.
template <class T, class Kernel>
void fill(const PhiloxPlan& plan, std::uint64_t first, std::span<T> out, Kernel kernel) {
  if (first > Stream::kElements || out.size() > Stream::kElements - first) {
    fail_usage("{} random numbers from element {} are more than a stream holds ({})", out.size(), first,
               Stream::kElements);
  }
  while (!out.empty()) {
    const auto block = static_cast<std::uint32_t>(first / kBlockElements);
    const std::size_t skipped = first % kBlockElements;
    std::size_t count = 0;
    if (skipped == 0 && out.size() >= kBlockElements) {
      const std::size_t blocks = out.size() / kBlockElements;
      kernel(plan, block, blocks, out.data());
      count = blocks * kBlockElements;
    } else {
      alignas(64) std::array<T, kBlockElements> buffer;
      kernel(plan, block, 1, buffer.data());
      count = std::min(out.size(), kBlockElements - skipped);
      std::copy_n(buffer.data() + skipped, count, out.data());
    }
    first += count;
    out = out.subspan(count);
  }
}

}  // namespace

Stream::Stream(std::uint64_t key, const Address& address) : plan_(plan_philox(key, pack(address))) {}

void Stream::words(std::uint64_t first, std::span<std::uint32_t> out) const {
  fill(plan_, first, out, word_blocks);
}

void Stream::uniforms(std::uint64_t first, std::span<float> out) const {
  fill(plan_, first, out, uniform_blocks);
}

void Stream::normals(std::uint64_t first, std::span<float> out) const {
  fill(plan_, first, out, normal_blocks);
}

}  // namespace ohmcarlo
