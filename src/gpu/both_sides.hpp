#pragma once
// Functions that are compiled for the processor and for a GPU alike, and the operations that round the same on both: a
// GPU does IEEE 754 arithmetic, provided that nothing is contracted (-fmad=false) and that square roots are asked for
// by the name of their rounding.

#include <bit>
#include <cmath>
#include <cstdint>

#ifdef __CUDACC__
#define OHMCARLO_BOTH_SIDES __host__ __device__
/// Before a loop over an array of its own, which a thread of a GPU has in registers if all indices are known.
#define OHMCARLO_UNROLLED _Pragma("unroll")
#else
#define OHMCARLO_BOTH_SIDES
#define OHMCARLO_UNROLLED
#endif

namespace ohmcarlo::gpu {

/// a b + c, rounded once.
OHMCARLO_BOTH_SIDES inline float fused(float a, float b, float c) {
#ifdef __CUDA_ARCH__
  return __fmaf_rn(a, b, c);
#else
  return std::fma(a, b, c);
#endif
}

/// The square root of x, correctly rounded.
OHMCARLO_BOTH_SIDES inline float square_root(float x) {
#ifdef __CUDA_ARCH__
  return __fsqrt_rn(x);
#else
  return std::sqrt(x);
#endif
}

/// Of numbers below 2^32.
struct Divided {
  std::uint32_t quotient = 0;
  std::uint32_t remainder = 0;
};

/// Both numbers are below 2^32: such a division takes a GPU a fraction of one of 64 bits.
OHMCARLO_BOTH_SIDES inline Divided divide(std::uint64_t number, std::uint64_t by) {
  const auto n = static_cast<std::uint32_t>(number), d = static_cast<std::uint32_t>(by);
  return {n / d, n % d};
}

/// The square root of x, correctly rounded.
OHMCARLO_BOTH_SIDES inline double square_root(double x) {
#ifdef __CUDA_ARCH__
  return __dsqrt_rn(x);
#else
  return std::sqrt(x);
#endif
}

/// The nearest whole number, halves to the even one.
OHMCARLO_BOTH_SIDES inline float nearest_whole(float x) {
#ifdef __CUDA_ARCH__
  return ::rintf(x);
#else
  return std::nearbyint(x);
#endif
}
OHMCARLO_BOTH_SIDES inline double nearest_whole(double x) {
#ifdef __CUDA_ARCH__
  return ::rint(x);
#else
  return std::nearbyint(x);
#endif
}

/// A whole number below 2^23, without the conversion, of which a GPU does eight times fewer than sums.
OHMCARLO_BOTH_SIDES inline float small_whole(std::uint32_t x) {
  return std::bit_cast<float>(0x4B000000U | x) - 0x1p23F;
}

/// |x|.
OHMCARLO_BOTH_SIDES inline float absolute(float x) {
  return x < 0 ? -x : x;
}

// Each side's own, which differ in the last bits: for losses and activations, never for random numbers.

/// e^x.
OHMCARLO_BOTH_SIDES inline float exponential(float x) {
#ifdef __CUDA_ARCH__
  return ::expf(x);
#else
  return std::exp(x);
#endif
}

/// ln x.
OHMCARLO_BOTH_SIDES inline float logarithm(float x) {
#ifdef __CUDA_ARCH__
  return ::logf(x);
#else
  return std::log(x);
#endif
}

OHMCARLO_BOTH_SIDES inline double logarithm(double x) {
#ifdef __CUDA_ARCH__
  return ::log(x);
#else
  return std::log(x);
#endif
}

/// tanh x.
OHMCARLO_BOTH_SIDES inline float hyperbolic_tangent(float x) {
#ifdef __CUDA_ARCH__
  return ::tanhf(x);
#else
  return std::tanh(x);
#endif
}

/// The logistic function of x.
OHMCARLO_BOTH_SIDES inline float sigmoid(float x) {
  return 1.0F / (1.0F + exponential(-x));
}

/// *counter += count, by many threads at once.
OHMCARLO_BOTH_SIDES inline void count_up(std::uint32_t* counter, std::uint32_t count = 1) {
#ifdef __CUDA_ARCH__
  atomicAdd(counter, count);
#else
  *counter += count;
#endif
}

}  // namespace ohmcarlo::gpu
