#pragma once
// The label of what belongs to no class.

#include <cstdint>

namespace ohmcarlo {

/// A frame of speech with this label is neither trained nor scored.
inline constexpr std::uint8_t kUnlabelled = 255;

}  // namespace ohmcarlo
