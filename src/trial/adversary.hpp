#pragma once
// The worst that is possible, beside what is probable: a search for the errors of programming that cost the most.

#include <memory>

#include "base/stop.hpp"
#include "chip/chips.hpp"
#include "chip/evaluation_set.hpp"
#include "chip/trained_network.hpp"
#include "device/variation.hpp"
#include "records/tail.hpp"

namespace ohmcarlo {

/// A chip of the adversary, with the parameters that it holds.
struct FoundChip {
  WorstChip worst;
  Parameters<float> held;  ///< of the first chip that is as bad as the worst
};

/// The worst chip that projected gradient ascent finds, of those whose every cell misses its target by at most `bound`
/// sigma: Madry et al. (ICLR 2018), with cells in place of pixels. What it climbs is the mean loss of all test samples.
/// It begins with one step of the whole bound along the signs of the gradient at the clean network; every chip that it
/// comes by is evaluated. No random numbers. There may be a worse chip: this one there can be.
[[nodiscard]] FoundChip find_worst_chip(const TrainedNetwork& network, const Variation& variation,
                                        const std::shared_ptr<const EvaluationSet>& test, double bound,
                                        const Poll& poll);

/// One chip of the network that holds these parameters.
[[nodiscard]] std::unique_ptr<Chips> chip_holding(const TrainedNetwork& network, Parameters<float> held,
                                                  const std::shared_ptr<const EvaluationSet>& test, const Poll& poll);

}  // namespace ohmcarlo
