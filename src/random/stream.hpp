#pragma once
// Random numbers by address, in bulk: 32-bit words, uniforms and normals from Philox4x32-10 (Salmon, Moraes, Dror,
// Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011).

#include <cstddef>
#include <cstdint>
#include <span>

#include "random/address.hpp"
#include "random/kernels.hpp"

namespace ohmcarlo {

/// The numbers of one address: element 0, 1, 2, ... Element e has the same value for any `first`, any length and any
/// instruction set. `words`, `uniforms` and `normals` of one element share their bits: ask an address for one of them.
///
/// Cheap to make and to copy, never changed by drawing. Numbers are made 64 at a time (one block: 16 Philox counters,
/// part p = 0..3 of the block is word p of each), so ask for long runs rather than for single elements.
class Stream {
 public:
  /// Elements of a stream: 0 .. 2^34 - 1 (Philox counts blocks of four in 32 bits).
  static constexpr std::uint64_t kElements = std::uint64_t{1} << 34;

  /// `key` is the experiment's seed, or derived_key(). Throws as pack(address) does.
  Stream(std::uint64_t key, const Address& address);

  // Each fills `out` with elements first, first + 1, ... Throws BadUsage beyond kElements.

  /// Uniform 32-bit words.
  void words(std::uint64_t first, std::span<std::uint32_t> out) const;

  /// Uniform on the open interval (0, 1), never an end: (word + 0.5) 2^-32 rounded to float, at least 2^-33 and at most
  /// 1 - 2^-24; 9.5 * 2^23 distinct values, denser towards 0: P(u < p) is p to 1 part in 10^7 + 2^-32 absolute.
  void uniforms(std::uint64_t first, std::span<float> out) const;

  /// Standard normals by the Box-Muller transform, without tables, rejection or truncation other than that of 32-bit
  /// words: |z| < 6.764 (the mass beyond is 1.3e-11). The two normals of a pair lie 16 elements apart.
  void normals(std::uint64_t first, std::span<float> out) const;

  /// For kernels that make normals where they use them (blocks-inl.hpp).
  [[nodiscard]] const PhiloxPlan& plan() const { return plan_; }

 private:
  PhiloxPlan plan_;
};

}  // namespace ohmcarlo
