#pragma once
// Chips that were moved a little, again and again: who a chip is that no trial number names.

#include <cstdint>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include "random/stream.hpp"

namespace ohmcarlo {

/// A step from one chip to another near it: every standard normal z becomes keep z + fresh xi, where xi is the normal
/// at the same address under `key`. Keeps the distribution where keep^2 + fresh^2 = 1.
struct Move {
  std::uint64_t key = 0;
  float keep = 0;
  float fresh = 1;
  friend bool operator==(const Move&, const Move&) = default;
};

/// Where a chip's standard normals come from: a key, and the moves that have led from there, in their order.
struct Lineage {
  std::uint64_t key = 0;
  std::vector<Move> moves = {};

  // NOLINTNEXTLINE(google-explicit-constructor): a key alone is the lineage of a plain chip
  Lineage(std::uint64_t plain = 0, std::vector<Move> moved = {}) : key(plain), moves(std::move(moved)) {}

  static auto members(auto& self) { return std::tie(self.key, self.moves); }
};

/// The standard normals of a chip at one address.
class MovedStream {
 public:
  /// Throws as Stream does.
  MovedStream(const Lineage& lineage, const Address& address);

  /// Fills `out` with normals first, first + 1, ...: those of Stream::normals under the key, moved in float by one
  /// fused multiply-add a move, fma(keep, z, fresh xi). The same bits for any `first` and length.
  void normals(std::uint64_t first, std::span<float> out) const;

 private:
  Stream plain_;
  std::vector<std::pair<Move, Stream>> moves_;
};

}  // namespace ohmcarlo
