#pragma once
// Which training images are held out for validation.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ohmcarlo {

/// Indices into the training set: disjoint, both ascending, together 0..count-1.
struct Split {
  std::vector<std::uint32_t> training;
  std::vector<std::uint32_t> validation;
};

/// Holds out `held_out` of `count` images at random. Image i is held out if mix64(key ^ mix64(i)) is among the
/// `held_out` smallest (ties by index): a function of the key alone, and a larger validation set holds every image of a
/// smaller one. `count` below 2^32. Throws BadUsage, naming data.validation, unless held_out < count.
[[nodiscard]] Split split_validation(std::size_t count, std::size_t held_out, std::uint64_t key);

}  // namespace ohmcarlo
