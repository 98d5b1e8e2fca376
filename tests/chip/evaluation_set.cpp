#include "chip/evaluation_set.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "chip/small_network.hpp"
#include "data/subset.hpp"

namespace ohmcarlo {
namespace evaluation_set_test {

constexpr std::size_t kImages = 1301;  // two full batches and a part of one

TEST(EvaluationSet, HandsOutInputsAndLabelsInTheOrderAskedFor) {
  const SampleSet images = small::images(kImages);
  const EvaluationSet set(images);
  EXPECT_EQ(set.images(), static_cast<Index>(kImages));
  EXPECT_EQ(set.features(), 36);
  EXPECT_EQ(set.classes(), 5);
  Batch batch;
  const std::vector<std::uint32_t> which{1300, 0, 7};
  set.fill_batch(which, batch);
  ASSERT_EQ(batch.x.rows(), 3);
  ASSERT_EQ(batch.x.cols(), 36);
  for (std::size_t i = 0; i < which.size(); ++i) {
    EXPECT_EQ(batch.labels[i], images.labels()[which[i]]);
    for (std::size_t k = 0; k < 36; ++k)
      EXPECT_FLOAT_EQ(batch.x(static_cast<Index>(i), static_cast<Index>(k)),
                      static_cast<float>(images.pixels()[which[i] * 36 + k]) / 255.0F);
  }
  EXPECT_THROW(set.fill_batch(std::vector<std::uint32_t>{1301}, batch), std::logic_error);
  EXPECT_THROW((void)set.packed(std::vector<std::uint32_t>{3, 1301}), std::logic_error);
  ASSERT_EQ(set.all().size(), kImages);
  for (std::uint32_t i = 0; i < kImages; ++i) ASSERT_EQ(set.all()[i], i);
}

TEST(PackedImages, BatchesHoldEveryImageOnce) {
  const SampleSet images = small::images(kImages);
  const PackedImages set(images);
  EXPECT_EQ(set.batches(), 3);
  std::vector<Label> labels;
  for (Index batch = 0; batch < set.batches(); ++batch) {
    const auto part = set.labels(batch);
    EXPECT_LE(static_cast<Index>(part.size()), PackedImages::kBatch);
    labels.insert(labels.end(), part.begin(), part.end());
  }
  std::vector<Label> expected(images.labels().begin(), images.labels().end());
  std::sort(labels.begin(), labels.end());
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(labels, expected);
}

// With pixels weighted so that every image has a sum of its own, products and labels can be matched to images.
TEST(PackedImages, ProductsAndLabelsAreOfTheSameImage) {
  const SampleSet images = small::images(kImages);
  const PackedImages set(images);
  Matrix<float> weights = Matrix<float>::Random(3, 36);
  using Row = std::pair<float, int>;  // first output of the image, label
  std::vector<Row> found;
  std::vector<Row> expected;
  const PackedWeights packed{View<const float>(weights)};
  Matrix<float> y;
  for (Index batch = 0; batch < set.batches(); ++batch) {
    set.multiply(batch, packed, y);
    ASSERT_EQ(y.rows(), static_cast<Index>(set.labels(batch).size()));
    ASSERT_EQ(y.cols(), 3);
    for (Index i = 0; i < y.rows(); ++i) found.emplace_back(y(i, 0), set.labels(batch)[static_cast<std::size_t>(i)]);
  }
  for (std::size_t i = 0; i < kImages; ++i) {
    double sum = 0;
    for (std::size_t k = 0; k < 36; ++k) sum += images.pixels()[i * 36 + k] / 255.0 * weights(0, static_cast<Index>(k));
    expected.emplace_back(static_cast<float>(sum), images.labels()[i]);
  }
  std::sort(found.begin(), found.end());
  std::sort(expected.begin(), expected.end());
  std::size_t other_labels = 0;  // neighbours closer than rounding may change places
  for (std::size_t i = 0; i < kImages; ++i) {
    ASSERT_NEAR(found[i].first, expected[i].first, 1e-5);
    other_labels += found[i].second != expected[i].second ? 1 : 0;
  }
  EXPECT_LE(other_labels, 4U);
}

// Lists are asked for one after the other, and the last one is kept.
TEST(EvaluationSet, PackedListsOfOneLengthAreNotTakenForEachOther) {
  const SampleSet images = small::images(kImages);
  const EvaluationSet set(images);
  Matrix<float> unit = Matrix<float>::Identity(36, 36);
  const PackedWeights weights{View<const float>(unit)};
  Matrix<float> pixels;
  for (const std::vector<std::uint32_t>& which : {std::vector<std::uint32_t>{3}, {7}, {7}, {1300}, {3}, {0}}) {
    const PackedImages& packed = set.packed(which);
    ASSERT_EQ(packed.batches(), 1);
    packed.multiply(0, weights, pixels);
    ASSERT_EQ(pixels.rows(), 1);
    EXPECT_EQ(packed.labels(0)[0], images.labels()[which[0]]);
    for (std::size_t k = 0; k < 36; ++k)
      ASSERT_FLOAT_EQ(pixels(0, static_cast<Index>(k)), static_cast<float>(images.pixels()[which[0] * 36 + k]) / 255)
          << which[0];
  }
}

// Numbers of held-out images are those of no test image: reads, named by them, are others.
TEST(EvaluationSet, HeldOutImagesHaveNumbersOfTheirOwn) {
  const SampleSet all = small::images(50);
  const std::vector<std::uint32_t> held = {40, 3, 17};
  const EvaluationSet set(all, {}, subset_of(all, held));
  EXPECT_EQ(set.images(), 50);
  ASSERT_EQ(set.held_out().size(), 3U);
  for (std::uint32_t i = 0; i < 3; ++i) EXPECT_EQ(set.held_out()[i], (1U << 19) + i);
  EXPECT_TRUE(EvaluationSet(all).held_out().empty());
  Batch batch, same;
  set.fill_batch(set.held_out(), batch);
  set.fill_batch(held, same);
  EXPECT_EQ(batch.x, same.x);
  EXPECT_EQ(batch.labels, same.labels);
  const PackedImages& packed = set.packed(set.held_out());
  std::vector<Label> labels(packed.labels(0).begin(), packed.labels(0).end());
  std::ranges::sort(labels);
  std::ranges::sort(same.labels);
  EXPECT_EQ(labels, same.labels);
  EXPECT_EQ(&packed, &set.packed(set.held_out())) << "packed once";
}

TEST(EvaluationSet, ListsOfBothKindsAreRefused) {
  const SampleSet all = small::images(50);
  const EvaluationSet set(all, {}, small::images(3));
  Batch batch;
  EXPECT_THROW(set.fill_batch(std::vector<std::uint32_t>{1U << 19, 0}, batch), std::logic_error);
  EXPECT_THROW(set.fill_batch(std::vector<std::uint32_t>{0, 1U << 19}, batch), std::logic_error);
  EXPECT_THROW(set.fill_batch(std::vector<std::uint32_t>{(1U << 19) + 3}, batch), std::logic_error);
  EXPECT_THROW(set.require_inside(set.held_out()), std::logic_error) << "answers and logits are of test images";
}

}  // namespace evaluation_set_test
}  // namespace ohmcarlo
