#include "crossbar/bit_planes.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include "base/error.hpp"

// The instruction sets of random/kernels.cpp.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128)
#define HWY_DISABLE_PCLMUL_AES
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "crossbar/bit_planes.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace ohmcarlo::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// words[b], b < bits <= 8: bit b of 64 bytes (aligned).
void transpose_bytes(const std::uint8_t* bytes, int bits, std::uint64_t* words) {
  const hn::CappedTag<std::uint8_t, 64> d;
  const hn::Repartition<std::uint16_t, decltype(d)> pairs;
  const hn::RebindToSigned<decltype(d)> signs;
  constexpr int kLanes = hn::MaxLanes(d);
  for (int b = 0; b < bits; ++b) {
    alignas(8) std::uint8_t made[8 + 8] = {};  // Highway may write up to 8 bytes more
    for (int i = 0; i < 64; i += kLanes) {
      const auto top = hn::ShiftLeftSame(hn::BitCast(pairs, hn::Load(d, bytes + i)), 7 - b);
      hn::StoreMaskBits(signs, hn::Lt(hn::BitCast(signs, top), hn::Zero(signs)), made + i / 8);
    }
    std::memcpy(words + b, made, 8);
  }
}

}  // namespace ohmcarlo::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ohmcarlo {
namespace {

HWY_EXPORT(transpose_bytes);

constexpr std::size_t kWordRows = BitPlanes::kWordRows;

/// The magnitudes of up to 64 codes of one sign, as low and high bytes.
struct Magnitudes {
  alignas(64) std::array<std::uint8_t, kWordRows> low{};
  alignas(64) std::array<std::uint8_t, kWordRows> high{};

  void store(int bits, std::uint64_t* words) const {
    HWY_DYNAMIC_DISPATCH(transpose_bytes)(low.data(), std::min(bits, 8), words);
    if (bits > 8) HWY_DYNAMIC_DISPATCH(transpose_bytes)(high.data(), bits - 8, words + 8);
  }
};

/// Those of sign * code > 0 with their magnitude, the others as 0. Returns the bits that any of them has.
template <class T>
unsigned split(const T* codes, std::size_t count, int sign, Magnitudes& to) {
  unsigned any = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto magnitude = static_cast<unsigned>(std::max(sign * int{codes[i]}, 0));
    any |= magnitude;
    to.low[i] = static_cast<std::uint8_t>(magnitude & 255U);
    if constexpr (sizeof(T) > 1) to.high[i] = static_cast<std::uint8_t>(magnitude >> 8);
  }
  std::fill(to.low.begin() + static_cast<std::ptrdiff_t>(count), to.low.end(), std::uint8_t{0});
  std::fill(to.high.begin() + static_cast<std::ptrdiff_t>(count), to.high.end(), std::uint8_t{0});
  return any;
}

}  // namespace

template <class T>
requires std::is_integral_v<T> &&(sizeof(T) <= 2) BitPlanes::BitPlanes(View<const T> codes, int bits)
    : inputs_(codes.rows), rows_(codes.cols), bits_(bits) {
  require(bits >= 1 && bits <= std::numeric_limits<T>::digits, "input codes have 1 to as many bits as their type");
  const Index blocks = (rows_ + kWordRows - 1) / kWordRows;
  positive_.resize(static_cast<std::size_t>(blocks * vectors()));
  if (std::is_signed_v<T>) negative_.resize(positive_.size());
  unsigned any = 0;
  Magnitudes some;
  for (Index input = 0; input < inputs_; ++input) {
    for (Index block = 0; block < blocks; ++block) {
      const T* first = codes.row(input) + block * kWordRows;
      const auto count = static_cast<std::size_t>(std::min(kWordRows, rows_ - block * kWordRows));
      const auto place = static_cast<std::size_t>(block * vectors() + input * bits_);
      any |= split(first, count, 1, some);
      some.store(bits_, positive_.data() + place);
      if constexpr (std::is_signed_v<T>) {
        any |= split(first, count, -1, some);
        some.store(bits_, negative_.data() + place);
      }
    }
  }
  require(any >> bits_ == 0, "input codes are below 2^bits");
}

template BitPlanes::BitPlanes(View<const std::uint8_t>, int);
template BitPlanes::BitPlanes(View<const std::uint16_t>, int);
template BitPlanes::BitPlanes(View<const std::int8_t>, int);
template BitPlanes::BitPlanes(View<const std::int16_t>, int);

}  // namespace ohmcarlo
#endif
