#include "chip/listed_images.hpp"

#include <gtest/gtest.h>

#include "chip/small_network.hpp"
#include "chip/small_sequences.hpp"

namespace ohmcarlo {
namespace listed_images_test {

/// The images of all batches as rows: a product with weights of which outputs 3, 4, ... are the unit matrix.
Matrix<float> rows_of(ListedImages& listed, Index features) {
  Matrix<float> weights = Matrix<float>::Constant(3 + features, features, 7);
  weights.bottomRows(features).setIdentity();
  const PackedWeights packed{View<const float>(weights)};
  Matrix<float> rows(0, features);
  for (std::size_t batch = 0; batch < listed.batches(); ++batch) {
    const View<float> part = listed.multiply(batch, packed, {3, features});
    EXPECT_EQ(part.rows, std::ssize(listed.labels(batch)));
    EXPECT_EQ(part.rows, std::ssize(listed.places(batch)));
    EXPECT_LE(part.rows, static_cast<Index>(ListedImages::kBatch));
    rows.conservativeResize(rows.rows() + part.rows, Eigen::NoChange);
    rows.bottomRows(part.rows) = part.map();
  }
  return rows;
}

template <class T>
std::vector<T> joined(const ListedImages& listed, std::span<const T> (ListedImages::*of)(std::size_t) const) {
  std::vector<T> all;
  for (std::size_t batch = 0; batch < listed.batches(); ++batch)
    all.insert(all.end(), (listed.*of)(batch).begin(), (listed.*of)(batch).end());
  return all;
}

/// Every place of the list once, with the pixels and the label of its image.
void expect_images(ListedImages& listed, const SampleSet& images, const InputScaling& scaling,
                   const std::vector<std::uint32_t>& which) {
  listed.take(which);
  const Matrix<float> rows = rows_of(listed, 36);
  const std::vector<std::uint32_t> places = joined(listed, &ListedImages::places);
  const std::vector<Label> labels = joined(listed, &ListedImages::labels);
  ASSERT_EQ(places.size(), which.size());
  std::vector<int> seen(which.size());
  std::vector<float> expected(36);
  for (std::size_t i = 0; i < places.size(); ++i) {
    ASSERT_LT(places[i], which.size());
    ++seen[places[i]];
    const std::uint32_t image = which[places[i]];
    EXPECT_EQ(labels[i], images.labels()[image]);
    fill_row(images, image, scaling, expected.data());
    for (Index k = 0; k < 36; ++k)
      ASSERT_EQ(rows(static_cast<Index>(i), k), expected[static_cast<std::size_t>(k)]) << image << ", " << k;
  }
  EXPECT_EQ(seen, std::vector<int>(which.size(), 1));
}

TEST(ListedImages, AreTheImagesOfOneListAfterTheOther) {
  const SampleSet images = small::images(700);
  for (const InputScaling& scaling : {InputScaling{}, InputScaling{{0.4F}, {3.0F}}}) {
    const EvaluationSet set(images, scaling);
    ListedImages listed(set);
    expect_images(listed, images, scaling, {set.all().begin(), set.all().end()});
    expect_images(listed, images, scaling, {699, 3, 3, 0, 512, 3, 4});
    expect_images(listed, images, scaling, {});
    EXPECT_EQ(listed.batches(), 0U);
    expect_images(listed, images, scaling, {5});
    EXPECT_THROW(listed.take(std::vector<std::uint32_t>{5, 700}), std::logic_error);
  }
}

// That they skip what is zero is a matter of their order.
TEST(ListedImages, OfBytesAreSortedByLabel) {
  const SampleSet images = small::images(700);
  const EvaluationSet set(images);
  ListedImages listed(set);
  listed.take(set.all());
  EXPECT_TRUE(std::ranges::is_sorted(joined(listed, &ListedImages::labels)));
}

TEST(ListedImages, OfRecordingsAreTheirLabelledFramesInOrder) {
  const EvaluationSet set(small::sequences(30, true), small::kFeatureScaling);
  ListedImages listed(set);
  const std::vector<std::uint32_t> which{20, 6, 20, 1};
  listed.take(which);
  const Matrix<float> rows = rows_of(listed, 2);
  std::vector<std::uint32_t> places;
  std::vector<Label> labels;
  std::vector<float> expected;
  for (std::uint32_t place = 0; place < which.size(); ++place) {
    std::vector<float> frames(set.data().inputs(which[place]));
    fill_row(set.data(), which[place], small::kFeatureScaling, frames.data());
    for (std::size_t frame = 0; frame < set.data().length(which[place]); ++frame) {
      const Label label = set.data().labels(which[place])[frame];
      if (label == kUnlabelled) continue;
      labels.push_back(label);
      places.push_back(place);
      expected.insert(expected.end(), {frames[2 * frame], frames[2 * frame + 1]});
    }
  }
  EXPECT_EQ(joined(listed, &ListedImages::labels), labels);
  EXPECT_EQ(joined(listed, &ListedImages::places), places);
  EXPECT_EQ(std::vector<float>(rows.data(), rows.data() + rows.size()), expected);
}

}  // namespace listed_images_test
}  // namespace ohmcarlo
