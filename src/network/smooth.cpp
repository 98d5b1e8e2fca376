#include "network/smooth.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "base/error.hpp"

// The instruction sets of random/kernels.cpp.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128)
#define HWY_DISABLE_PCLMUL_AES
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "network/smooth.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "network/smooth-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace ohmcarlo::HWY_NAMESPACE {

template <class D>
HWY_INLINE void store_sigmoid(D d, const float* x, float* y) {
  hn::StoreU(sigmoid(d, hn::LoadU(d, x)), d, y);
}

template <class D>
HWY_INLINE void store_tanh(D d, const float* x, float* y) {
  hn::StoreU(hyperbolic_tangent(d, hn::LoadU(d, x)), d, y);
}

void sigmoids(const float* x, float* y, std::size_t count) {
  const hn::ScalableTag<float> wide;
  std::size_t i = 0;
  for (; i + hn::Lanes(wide) <= count; i += hn::Lanes(wide)) store_sigmoid(wide, x + i, y + i);
  for (; i < count; ++i) store_sigmoid(hn::CappedTag<float, 1>(), x + i, y + i);
}

void tanhs(const float* x, float* y, std::size_t count) {
  const hn::ScalableTag<float> wide;
  std::size_t i = 0;
  for (; i + hn::Lanes(wide) <= count; i += hn::Lanes(wide)) store_tanh(wide, x + i, y + i);
  for (; i < count; ++i) store_tanh(hn::CappedTag<float, 1>(), x + i, y + i);
}

}  // namespace ohmcarlo::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ohmcarlo {

HWY_EXPORT(sigmoids);
HWY_EXPORT(tanhs);

void sigmoid(std::span<const float> x, std::span<float> y) {
  require(x.size() == y.size(), "as many values as arguments");
  HWY_DYNAMIC_DISPATCH(sigmoids)(x.data(), y.data(), x.size());
}

void sigmoid(std::span<const double> x, std::span<double> y) {
  require(x.size() == y.size(), "as many values as arguments");
  std::ranges::transform(x, y.begin(), [](double value) { return 1 / (1 + std::exp(-value)); });
}

void hyperbolic_tangent(std::span<const float> x, std::span<float> y) {
  require(x.size() == y.size(), "as many values as arguments");
  HWY_DYNAMIC_DISPATCH(tanhs)(x.data(), y.data(), x.size());
}

void hyperbolic_tangent(std::span<const double> x, std::span<double> y) {
  require(x.size() == y.size(), "as many values as arguments");
  std::ranges::transform(x, y.begin(), [](double value) { return std::tanh(value); });
}

}  // namespace ohmcarlo
#endif
