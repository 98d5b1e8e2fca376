#pragma once
// Some samples of a set as a set of their own.

#include <cstdint>
#include <span>

#include "data/samples.hpp"

namespace ohmcarlo {

/// Samples `which` of a set, in this order: sample i of the result is sample which[i] of `samples`, of the same kind.
/// It has no content(), which is the whole set's. Throws std::logic_error for a number beyond the set.
[[nodiscard]] SampleSet subset_of(const SampleSet& samples, std::span<const std::uint32_t> which);

}  // namespace ohmcarlo
