#include "data/image_files.hpp"

#include <gtest/gtest.h>

#include "scratch.hpp"

namespace ohmcarlo::test {
namespace image_files_test {

TEST(ImageFilesOfASet, HaveTheNamesOfTheirPart) {
  const ImageFiles files{.training = {"a", "b"}, .test = {"c", "d"}};
  EXPECT_EQ(files.names(SetPart::training).labels, "b");
  EXPECT_EQ(files.names(SetPart::test).images, "c");
}

TEST(ImageSizesOfASet, AreThoseOfBothParts) {
  const ImageSizes training{60, {1, 28, 28}, 10};
  EXPECT_NO_THROW(check_same_sizes(training, {7, {1, 28, 28}, 10}));
  EXPECT_EQ(
      error_of(
          [&] {
            check_same_sizes(training, {60, {1, 14, 56}, 10});
          },
          typeid(BadData)),
      "the training images are 1 x 28 x 28 in 10 classes and the test images 1 x 14 x 56 in 10: both must be alike");
  EXPECT_NO_THROW(check_validation(60, 59));
  EXPECT_EQ(error_of([] { check_validation(60, 60); }, typeid(BadUsage)),
            "data.validation = 60: the training set has 60 images and at least one must be left to train on");
}

}  // namespace image_files_test
}  // namespace ohmcarlo::test
