#pragma once
// A few short sequences, and networks for them.

#include "base/unlabelled.hpp"
#include "chip/evaluation_set.hpp"
#include "network/architecture.hpp"
#include "network/network.hpp"
#include "random/stream.hpp"

namespace ohmcarlo::small {

inline const InputScaling kFeatureScaling{{1, 0}, {2, 4}};

/// `count` sequences of 1 to 7 frames of two coefficients, three classes; every fifth frame has no label.
inline ImageSet sequences(std::size_t count, bool frame_wise) {
  ImageSet set{count, 1, 7, 2, {}, {}, 3};
  set.first = {0};
  set.frame_wise = frame_wise;
  for (std::size_t i = 0; i < count; ++i) set.first.push_back(set.first.back() + 1 + i % 7);
  set.values.resize(2 * set.first.back());
  Stream(5, {.purpose = Purpose::initialisation}).normals(0, set.values);
  for (std::size_t i = 0; i < (frame_wise ? set.first.back() : count); ++i)
    set.labels.push_back(frame_wise && i % 5 == 4 ? kUnlabelled : static_cast<std::uint8_t>(i % 3));
  return set;
}

/// Sequences `which` of a set, frame-wise labels or not, as a set of their own.
inline ImageSet chosen(const ImageSet& set, const std::vector<std::size_t>& which) {
  ImageSet part{which.size(), 1, set.height, set.width, {}, {}, set.classes};
  part.first = {0};
  part.frame_wise = set.frame_wise;
  for (const std::size_t i : which) {
    const auto begin = static_cast<std::ptrdiff_t>(set.first[i]), end = static_cast<std::ptrdiff_t>(set.first[i + 1]);
    part.values.insert(part.values.end(), set.values.begin() + 2 * begin, set.values.begin() + 2 * end);
    part.first.push_back(part.first.back() + set.frames(i));
    if (set.frame_wise)
      part.labels.insert(part.labels.end(), set.labels.begin() + begin, set.labels.begin() + end);
    else
      part.labels.push_back(set.labels[i]);
  }
  return part;
}

inline NetworkSpec recurrent(bool frame_wise) {
  return build_network({2, 1, 1}, 3,
                       frame_wise ? std::vector<std::string>{"lstm 5", "dense 4", "tanh", "dense classes"}
                                  : std::vector<std::string>{"lstm 5", "last", "dense classes"});
}

}  // namespace ohmcarlo::small
