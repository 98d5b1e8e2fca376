#include "training/methods/plain.hpp"

#include <gtest/gtest.h>

#include "training/one_step.hpp"

namespace ohmcarlo {
namespace plain_test {

using synthetic::OneStep;
using synthetic::same_bits;

TEST(Plain, IsJudgedOnTheCleanNetwork) {
  const OneStep one;
  const std::vector<Parameters<float>> judged =
      make_method(one.network, synthetic::options(), {1, 0})->chips_to_validate(one.parameters);
  ASSERT_EQ(judged.size(), 1U);
  EXPECT_TRUE(same_bits(judged[0], one.parameters));
}

}  // namespace plain_test
}  // namespace ohmcarlo
