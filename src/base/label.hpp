#pragma once
// The number of a class.

#include <cstdint>

namespace ohmcarlo {

/// The class of an image, a recording or a frame of speech: 0..classes-1, or kUnlabelled.
using Label = std::int32_t;

/// The label of what belongs to no class and is neither trained nor scored: frames between the phones of a sentence,
/// padding. No class has this number.
inline constexpr Label kUnlabelled = -1;

}  // namespace ohmcarlo
