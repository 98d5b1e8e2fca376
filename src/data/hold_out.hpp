#pragma once
// Setting examples aside so that what was learnt by heart does not help with them.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "data/recordings.hpp"

namespace ohmcarlo {

struct HoldOut {
  std::vector<std::uint32_t> kept;      ///< ascending
  std::vector<std::uint32_t> held_out;  ///< ascending; with `kept` all of 0..count-1
  std::string split_by;                 ///< "speaker" or "name", and how many, for people
};

/// Holds out about `wanted` of the examples. Where every example has a speaker and there are at least two: whole
/// speakers, as many as bring the number of examples nearest to `wanted`, at least one and not all; else exactly
/// `wanted` examples. Speakers, or names, come in the order of mix64(key ^ h), h the first 64 bits of the SHA-256 of
/// the text, so that the choice does not depend on the other files, and a larger held-out part holds every example of a
/// smaller one. Throws BadUsage unless wanted is below the number of examples.
[[nodiscard]] HoldOut hold_out(std::span<const Origin> origins, std::size_t wanted, std::uint64_t key);

/// The origins of some recordings.
[[nodiscard]] std::vector<Origin> origins_of(const Recordings& recordings, std::span<const std::uint32_t> which);

}  // namespace ohmcarlo
