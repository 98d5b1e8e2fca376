#include "data/split.hpp"

#include <algorithm>
#include <numeric>

#include "data/idx_files.hpp"

namespace ohmcarlo::test {
namespace split_test {

using Indices = std::vector<std::uint32_t>;

TEST(Split, PartsAreAscendingAndTogetherEverything) {
  const Split split = split_validation(1000, 100, 42);
  EXPECT_EQ(split.validation.size(), 100U);
  EXPECT_EQ(split.training.size(), 900U);
  EXPECT_TRUE(std::is_sorted(split.training.begin(), split.training.end()));
  EXPECT_TRUE(std::is_sorted(split.validation.begin(), split.validation.end()));
  Indices all;
  std::merge(split.training.begin(), split.training.end(), split.validation.begin(), split.validation.end(),
             std::back_inserter(all));
  Indices expected(1000);
  std::iota(expected.begin(), expected.end(), 0U);
  EXPECT_EQ(all, expected);
}

// Worked out once with an independent implementation (Python, whole sort): the split is part of a model's identity.
TEST(Split, ValuesAreFixedForEver) {
  EXPECT_EQ(split_validation(20, 5, 1).validation, (Indices{0, 6, 7, 8, 11}));
  EXPECT_EQ(split_validation(20, 5, 0xDEADBEEFCAFEF00D).validation, (Indices{6, 7, 8, 13, 19}));
}

TEST(Split, DependsOnTheKey) {
  EXPECT_EQ(split_validation(1000, 100, 7).validation, split_validation(1000, 100, 7).validation);
  EXPECT_NE(split_validation(1000, 100, 7).validation, split_validation(1000, 100, 8).validation);
}

TEST(Split, ALargerValidationSetHoldsTheSmaller) {
  const Indices small = split_validation(1000, 100, 7).validation;
  const Indices large = split_validation(1000, 200, 7).validation;
  EXPECT_TRUE(std::includes(large.begin(), large.end(), small.begin(), small.end()));
}

TEST(Split, NothingHeldOutLeavesEverything) {
  const Split split = split_validation(10, 0, 1);
  EXPECT_TRUE(split.validation.empty());
  EXPECT_EQ(split.training.size(), 10U);
}

TEST(Split, OneImageMustBeLeftToTrainOn) {
  EXPECT_EQ(split_validation(10, 9, 1).training.size(), 1U);
  EXPECT_EQ(error_of([] { static_cast<void>(split_validation(10, 10, 1)); }, typeid(BadUsage)),
            "data.validation = 10: the training set has 10 images and at least one must be left to train on");
  EXPECT_THROW(static_cast<void>(split_validation(10, 11, 1)), Error);
}

}  // namespace split_test
}  // namespace ohmcarlo::test
