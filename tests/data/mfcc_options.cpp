#include "data/mfcc_options.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace ohmcarlo::test {
namespace mfcc_options_test {

TEST(MfccOptions, CountFramesOfWholeWindows) {
  const MfccOptions options{.rate = 8000, .window_seconds = 0.0125, .hop_seconds = 0.005};
  EXPECT_EQ(options.window(), 100U);
  EXPECT_EQ(options.hop(), 40U);
  EXPECT_EQ(options.frames(99), 0U);
  EXPECT_EQ(options.frames(139), 1U);
  EXPECT_EQ(options.frames(140), 2U);
}

TEST(MfccOptions, DescriptionNamesEveryOption) {
  const std::string usual = describe(MfccOptions{});
  for (const MfccOptions& other : std::vector<MfccOptions>{{.rate = 8000},
                                                           {.window_seconds = 0.02},
                                                           {.hop_seconds = 0.02},
                                                           {.pre_emphasis = 0.9},
                                                           {.filters = 30},
                                                           {.low_hz = 64},
                                                           {.high_hz = 7000},
                                                           {.cepstra = 13},
                                                           {.lifter = 0},
                                                           {.energy = false},
                                                           {.delta_window = 3}}) {
    EXPECT_NE(describe(other), usual);
  }
}

}  // namespace mfcc_options_test
}  // namespace ohmcarlo::test
