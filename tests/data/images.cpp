#include "data/images.hpp"

#include <set>

#include "base/hash.hpp"
#include "data/idx_files.hpp"

namespace ohmcarlo::test {
namespace {

ImageSet small_set() {
  return {2, 1, 2, 3, Bytes(12, 7), {0, 1}, 10};
}

TEST(Images, ContentHashIsOfHeaderPixelsAndLabels) {
  const std::string text = "ohmcarlo images 1\n2 1 2 3 10\n" + std::string(12, '\7') + std::string("\0\1", 2);
  EXPECT_EQ(content_sha256(small_set()), sha256(text));
}

TEST(Images, ContentHashSeesEveryPart) {
  std::set<std::string> seen{content_sha256(small_set())};
  ImageSet set = small_set();
  set.pixels[11] ^= 1;
  EXPECT_TRUE(seen.insert(content_sha256(set)).second);
  set = small_set();
  set.labels[1] = 2;
  EXPECT_TRUE(seen.insert(content_sha256(set)).second);
  set = small_set();
  std::swap(set.height, set.width);
  EXPECT_TRUE(seen.insert(content_sha256(set)).second);
  set = small_set();
  set.classes = 11;
  EXPECT_TRUE(seen.insert(content_sha256(set)).second);
}

TEST(Images, TrainingAndTestMustBeAlike) {
  ImageSet other = small_set();
  other.count = 1;
  check_same_kind(small_set(), other);  // the count may differ
  other.width = 4;
  EXPECT_EQ(error_of([&] { check_same_kind(small_set(), other); }, ExitCode::bad_data),
            "the training images are 1 x 2 x 3 in 10 classes and the test images 1 x 2 x 4 in 10: both must be alike");
}

}  // namespace
}  // namespace ohmcarlo::test
