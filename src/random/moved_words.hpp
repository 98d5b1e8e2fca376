#pragma once
// Uniform draws of a chip that was moved: through the inverse normal, so that they move as normals do.

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "random/lineage.hpp"

namespace ohmcarlo {

/// The 32-bit words of a chip at one address, and the uniforms that belong to them.
class MovedWords {
 public:
  /// Throws as Stream does.
  MovedWords(const Lineage& lineage, const Address& address);

  /// Fills `out` with words first, first + 1, ...: those of Stream::words under the key, each of which a move turns
  /// into the word of Phi(keep z + fresh xi), where z and xi are the normal quantiles of the word and of the move's own
  /// word at the same address. Uniform again, to about 2^-24. The same for any `first` and length.
  void words(std::uint64_t first, std::span<std::uint32_t> out) const;

  /// The uniforms that Stream::uniforms makes of such words.
  void uniforms(std::uint64_t first, std::span<float> out) const;

 private:
  Stream plain_;
  std::vector<std::pair<Move, Stream>> moves_;
};

}  // namespace ohmcarlo
