#pragma once
// What a chip costs beside one image on it, by counted operations: no clock decides on a result. The constants are
// argued in decisions/0009-samples-of-images.md.

#include "experiment/parts.hpp"

namespace ohmcarlo {

/// The cost of programming a chip of this point over that of evaluating one test image (or recording frame) on it.
[[nodiscard]] double cost_ratio(const PointParts::Pair& point);

}  // namespace ohmcarlo
