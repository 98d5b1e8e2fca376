#pragma once
// Chips from parts that tests have at hand, and evaluations of the whole test set.

#include <memory>
#include <utility>
#include <vector>

#include "chip/array_network.hpp"

namespace ohmcarlo::small {

inline constexpr std::uint64_t kKey = 21;
inline const Poll kNoPoll = [] {};

inline std::shared_ptr<const TrainedNetwork> trained_network(NetworkSpec spec, NetworkState<float> state) {
  return std::make_shared<const TrainedNetwork>(TrainedNetwork{std::move(spec), std::move(state)});
}

inline std::shared_ptr<const EvaluationSet> evaluation_set(SampleSet images, InputScaling scaling = {}) {
  return std::make_shared<const EvaluationSet>(std::move(images), std::move(scaling));
}

inline ChipOutcome evaluate_all(const ArrayNetwork& network, const Poll& poll) {
  return network.evaluate(network.test().all(), poll);
}

/// The outcome of one chip.
inline ChipOutcome evaluate_chip(ArrayNetwork& network, std::uint64_t key, std::uint32_t replica, std::uint32_t trial,
                                 const Poll& poll) {
  network.program(key, replica, trial, poll);
  return evaluate_all(network, poll);
}

/// The tallies of all chips.
inline std::vector<Tally> tallies(const Chips& chips, const EvaluationSet& test, const Poll& poll) {
  std::vector<Tally> found;
  for (ChipOutcome& outcome : chips.evaluate(test.all(), poll)) found.push_back(std::move(outcome.tally));
  return found;
}

}  // namespace ohmcarlo::small
