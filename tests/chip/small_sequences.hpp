#pragma once
// A few short sequences, and networks for them.

#include "base/label.hpp"
#include "chip/evaluation_set.hpp"
#include "network/architecture.hpp"
#include "network/network.hpp"
#include "random/stream.hpp"

namespace ohmcarlo::small {

inline const InputScaling kFeatureScaling{{1, 0}, {2, 4}};

/// `count` sequences of 1 to 7 frames of two coefficients, three classes; every fifth frame has no label.
inline SampleSet sequences(std::size_t count, bool frame_wise) {
  FrameSequences set{.coefficients = 2, .values = {}, .first = {0}, .frame_wise = frame_wise, .labels = {}};
  for (std::size_t i = 0; i < count; ++i) set.first.push_back(set.first.back() + 1 + i % 7);
  set.values.resize(2 * set.first.back());
  Stream(5, {.purpose = Purpose::initialisation}).normals(0, set.values);
  for (std::size_t i = 0; i < (frame_wise ? set.first.back() : count); ++i)
    set.labels.push_back(frame_wise && i % 5 == 4 ? kUnlabelled : static_cast<Label>(i % 3));
  return SampleSet::of_sequences(std::move(set), 3);
}

/// Sequences `which` of a set, frame-wise labels or not, as a set of their own.
inline SampleSet chosen(const SampleSet& set, const std::vector<std::size_t>& which) {
  FrameSequences part{.coefficients = 2, .values = {}, .first = {0}, .frame_wise = set.frame_wise(), .labels = {}};
  for (const std::size_t i : which) {
    const auto values = set.features().subspan(2 * set.first_frame(i), set.inputs(i));
    part.values.insert(part.values.end(), values.begin(), values.end());
    part.first.push_back(part.first.back() + set.length(i));
    part.labels.insert(part.labels.end(), set.labels(i).begin(), set.labels(i).end());
  }
  return SampleSet::of_sequences(std::move(part), set.classes());
}

inline NetworkSpec recurrent(bool frame_wise) {
  return build_network({2, 1, 1}, 3,
                       frame_wise ? std::vector<std::string>{"lstm 5", "dense 4", "tanh", "dense classes"}
                                  : std::vector<std::string>{"lstm 5", "last", "dense classes"});
}

}  // namespace ohmcarlo::small
