#pragma once
// Names of recordings, and messages about bad corpora.

#include <string>
#include <vector>

#include "data/hold_out.hpp"
#include "scratch.hpp"

namespace ohmcarlo::test {

inline std::vector<std::string> names_of(const Recordings& recordings, const std::vector<std::uint32_t>& which) {
  std::vector<std::string> names;
  for (const Origin& origin : origins_of(recordings, which)) names.push_back(origin.name);
  return names;
}

inline std::vector<std::string> names_of(const Recordings& recordings) {
  std::vector<std::string> names;
  for (const Recording& recording : recordings.items) names.push_back(recording.origin.name);
  return names;
}

template <class Call>
std::string refused(Call&& call) {
  return error_of(call, typeid(BadData));
}

}  // namespace ohmcarlo::test
