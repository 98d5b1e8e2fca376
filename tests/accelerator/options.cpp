#include "accelerator/options.hpp"

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace options_test {

TEST(AcceleratorOptions, SayWhatShareOfItsPowerAModuleDrawsThatWaits) {
  AcceleratorOptions options;
  options.leakage = 0.25;
  EXPECT_EQ(options.idle_share(), 0);
  options.idle = IdleAccounting::leakage;
  EXPECT_EQ(options.idle_share(), 0.25);
  options.idle = IdleAccounting::always_on;
  EXPECT_EQ(options.idle_share(), 1);
}

TEST(AcceleratorOptions, HaveTheCycleOfAConversionAt1280MegahertzUnlessSaidOtherwise) {
  EXPECT_DOUBLE_EQ(AcceleratorOptions().cycle_time(), 0.78125e-9);
}

}  // namespace options_test
}  // namespace ohmcarlo
