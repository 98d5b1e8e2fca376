// The real sets, where they are at hand ($OHMCARLO_DATA, the system's package, or shared/data beside the source tree):
// facts that were published or worked out with other programs. Skipped elsewhere.

#include <array>
#include <cmath>
#include <optional>
#include <span>

#include "base/hash.hpp"
#include "data/dataset.hpp"
#include "data/idx_files.hpp"

namespace ohmcarlo::test {
namespace published_test {

std::optional<fs::path> directory_of(const std::string& set) {
  try {
    return find_dataset_directory(set, {});
  } catch (const Error&) {
    const fs::path beside = fs::path(OHMCARLO_SOURCE_DIR) / ".." / "shared" / "data" / set;
    return fs::is_directory(beside) ? std::optional(beside) : std::nullopt;
  }
}

std::array<int, 10> label_counts(const SampleSet& set) {
  std::array<int, 10> counts{};
  for (const Label label : set.labels()) ++counts[static_cast<std::size_t>(label)];
  return counts;
}

// SHA-256 of the uncompressed files that the sets came from.
std::string images_sha256(const SampleSet& set) {
  Bytes file =
      idx_bytes({2051, static_cast<std::uint32_t>(set.count()), 28, 28}, {set.pixels().begin(), set.pixels().end()});
  Sha256 hash;
  hash.add(std::as_bytes(std::span(file)));
  return hash.hex();
}

std::string labels_sha256(const SampleSet& set) {
  Bytes file = idx_bytes({2049, static_cast<std::uint32_t>(set.count())}, {set.labels().begin(), set.labels().end()});
  Sha256 hash;
  hash.add(std::as_bytes(std::span(file)));
  return hash.hex();
}

TEST(Published, MnistIsTheOriginal) {
  const auto directory = directory_of("mnist");
  if (!directory) GTEST_SKIP() << "no MNIST at hand";
  const SampleSet training = load_training("mnist", *directory);
  EXPECT_EQ(training.count(), 60000U);
  EXPECT_EQ(training.shape().values(), 784U);
  EXPECT_EQ(label_counts(training), (std::array{5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949}));
  EXPECT_EQ(Bytes(training.labels().begin(), training.labels().begin() + 10), (Bytes{5, 0, 4, 1, 9, 2, 1, 3, 1, 4}));
  double sum = 0.0, squares = 0.0;
  for (const std::uint8_t pixel : training.pixels()) {
    sum += pixel / 255.0;
    squares += (pixel / 255.0) * (pixel / 255.0);
  }
  const double mean = sum / 47040000.0;
  EXPECT_NEAR(mean, 0.13066, 5e-6);
  EXPECT_NEAR(std::sqrt(squares / 47040000.0 - mean * mean), 0.30811, 5e-6);
  EXPECT_EQ(images_sha256(training), "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db");
  EXPECT_EQ(labels_sha256(training), "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5");

  const SampleSet test = load_test("mnist", *directory);
  EXPECT_EQ(test.count(), 10000U);
  EXPECT_EQ(label_counts(test), (std::array{980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009}));
  EXPECT_EQ(Bytes(test.labels().begin(), test.labels().begin() + 10), (Bytes{7, 2, 1, 0, 4, 1, 4, 9, 5, 9}));
  EXPECT_EQ(images_sha256(test), "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7");
  EXPECT_EQ(labels_sha256(test), "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2");
}

TEST(Published, FashionMnistIsTheOriginal) {
  const auto directory = directory_of("fashion-mnist");
  if (!directory) GTEST_SKIP() << "no Fashion-MNIST at hand";
  const SampleSet training = load_training("fashion-mnist", *directory);
  const SampleSet test = load_test("fashion-mnist", *directory);
  for (const int count : label_counts(training)) EXPECT_EQ(count, 6000);
  for (const int count : label_counts(test)) EXPECT_EQ(count, 1000);
  EXPECT_EQ(images_sha256(training), "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888");
  EXPECT_EQ(labels_sha256(training), "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9");
  EXPECT_EQ(images_sha256(test), "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b");
  EXPECT_EQ(labels_sha256(test), "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34");
}

// Also true of copies whose images are in another order or went through JPEG.
TEST(Published, CifarTenHasItsCountsAndMeans) {
  const auto directory = directory_of("cifar10");
  if (!directory || !fs::exists(*directory / "test_batch.bin")) GTEST_SKIP() << "no CIFAR-10 at hand";
  const SampleSet training = load_training("cifar10", *directory);
  const SampleSet test = load_test("cifar10", *directory);
  EXPECT_EQ(training.shape(), image_shape("cifar10"));
  for (const int count : label_counts(training)) EXPECT_EQ(count, 5000);
  for (const int count : label_counts(test)) EXPECT_EQ(count, 1000);
  const InputScaling published = published_scaling("cifar10");
  for (std::size_t channel = 0; channel < 3; ++channel) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < training.count(); ++i) {
      const std::uint8_t* const plane = training.pixels().data() + 3072 * i + 1024 * channel;
      for (std::size_t p = 0; p < 1024; ++p) sum += plane[p];
    }
    EXPECT_NEAR(static_cast<double>(sum) / 255.0 / 51200000.0, published.mean[channel], 0.001);
  }
}

}  // namespace published_test
}  // namespace ohmcarlo::test
