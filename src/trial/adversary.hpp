#pragma once
// The worst that is possible, beside what is probable: a search for the errors of programming that cost the most.

#include <memory>

#include "base/stop.hpp"
#include "chip/evaluation_set.hpp"
#include "chip/trained_network.hpp"
#include "device/variation.hpp"
#include "records/tail.hpp"

namespace ohmcarlo {

/// The worst chip that projected gradient ascent finds, of those whose every cell misses its target by at most `bound`
/// sigma: Madry et al. (ICLR 2018), with cells in place of pixels. What it climbs is the mean loss of all test samples.
/// It begins with one step of the whole bound along the signs of the gradient at the clean network; every chip that it
/// comes by is evaluated. No random numbers. There may be a worse chip: this one there can be.
[[nodiscard]] WorstChip find_worst_chip(const TrainedNetwork& network, const Variation& variation,
                                        const std::shared_ptr<const EvaluationSet>& test, double bound,
                                        const Poll& poll);

}  // namespace ohmcarlo
