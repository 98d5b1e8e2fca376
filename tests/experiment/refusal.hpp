#pragma once
// What is said when an experiment is refused.

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "experiment/experiment.hpp"

namespace ohmcarlo {

/// The message of the error (exit 2, one line) that `work` throws.
template <class Work>
std::string refusal(Work&& work) {
  try {
    work();
  } catch (const Error& error) {
    EXPECT_TRUE(typeid(error) == typeid(BadUsage));
    const std::string message = error.what();
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    return message;
  }
  return "nothing was refused";
}

inline std::vector<Override> overrides(const std::vector<std::string>& texts) {
  std::vector<Override> parsed;
  for (const std::string& text : texts) parsed.push_back(parse_override(text));
  return parsed;
}

/// The experiment of a file "a.toml" with this text, after --set of `sets`.
inline Experiment experiment_of(const std::string& text, const std::vector<std::string>& sets = {}) {
  return make_experiment(parse_document(text, "a.toml", overrides(sets)));
}

/// The message that reading this file, and checking how its keys fit together, ends in.
inline std::string refused(const std::string& text, const std::vector<std::string>& sets = {}) {
  return refusal([&] { (void)experiment_of(text, sets); });
}

}  // namespace ohmcarlo
