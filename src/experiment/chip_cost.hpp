#pragma once
// What chips and trainings cost, by counted operations: no clock decides on a result. The constants are argued in
// decisions/0009-samples-of-images.md.

#include "experiment/parts.hpp"

namespace ohmcarlo {

/// The cost of programming a chip of this point over that of evaluating one test image (or recording frame) on it.
[[nodiscard]] double cost_ratio(const PointParts::Pair& point);

/// Nanoseconds of one core for a chip of this point with `images` test images: by the operations that are counted, to
/// be compared with those of other points.
[[nodiscard]] double chip_nanoseconds(const PointParts::Pair& point, double images);

/// Nanoseconds of one core for the training of this network on `images` images, likewise: there and back is three times
/// there.
[[nodiscard]] double training_nanoseconds(const ModelPart& model, double images);

}  // namespace ohmcarlo
