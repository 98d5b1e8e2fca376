#include "data/samples.hpp"

#include <algorithm>
#include <set>

#include "base/hash.hpp"
#include "data/idx_files.hpp"

namespace ohmcarlo::test {
namespace samples_test {

SampleSet small_set() {
  return SampleSet::of_images({1, 2, 3}, Bytes(12, 7), {0, 1}, 10);
}

/// Three sequences of 2, 1 and 3 frames of two coefficients, the values 0, 1, 2, ...
FrameSequences small_sequences(bool frame_wise) {
  FrameSequences frames{.coefficients = 2, .values = {}, .first = {0, 2, 3, 6}, .frame_wise = frame_wise, .labels = {}};
  for (int i = 0; i < 12; ++i) frames.values.push_back(static_cast<float>(i));
  frames.labels = frame_wise ? std::vector<Label>{5, kUnlabelled, 6, 7, 8, 9} : std::vector<Label>{3, 2, 1};
  return frames;
}

TEST(SampleSet, OfImagesHasSamplesOneFrameLong) {
  const SampleSet set = SampleSet::of_images({1, 1, 2}, {10, 11, 12, 13, 14, 15}, {4, 0, 2}, 5);
  EXPECT_EQ(set.count(), 3U);
  EXPECT_FALSE(set.is_sequences());
  EXPECT_EQ(set.longest(), 1U);
  EXPECT_EQ(set.length(2), 1U);
  EXPECT_EQ(set.first_frame(3), 3U);
  EXPECT_EQ(set.inputs(1), 2U);
  EXPECT_TRUE(std::ranges::equal(set.pixels(1), Bytes{12, 13}));
  EXPECT_TRUE(std::ranges::equal(set.labels(2), std::vector<Label>{2}));
  EXPECT_THROW(static_cast<void>(set.features()), std::logic_error);
}

TEST(SampleSet, OfSequencesSaysTheLengthAndLabelsOfEach) {
  const SampleSet words = SampleSet::of_sequences(small_sequences(false), 4);
  EXPECT_EQ(words.count(), 3U);
  EXPECT_EQ(words.shape(), (SampleShape{1, 1, 2}));
  EXPECT_EQ(words.longest(), 3U);
  EXPECT_EQ(words.length(0), 2U);
  EXPECT_EQ(words.inputs(2), 6U);
  EXPECT_TRUE(std::ranges::equal(words.labels(2), std::vector<Label>{1}));
  EXPECT_THROW(static_cast<void>(words.pixels()), std::logic_error);

  const SampleSet phones = SampleSet::of_sequences(small_sequences(true), 10);
  EXPECT_EQ(phones.count(), 3U);
  EXPECT_TRUE(std::ranges::equal(phones.labels(0), std::vector<Label>{5, kUnlabelled}));
  EXPECT_TRUE(std::ranges::equal(phones.labels(2), std::vector<Label>{7, 8, 9}));
  std::vector<float> row(7, -9);
  fill_row(phones, 2, {{1, 0}, {2, 4}}, row.data());
  EXPECT_EQ(row, (std::vector<float>{2.5F, 1.75F, 3.5F, 2.25F, 4.5F, 2.75F, -9}));
}

TEST(SampleSet, RefusesSizesAndLabelsThatDoNotFit) {
  EXPECT_THROW(static_cast<void>(SampleSet::of_images({1, 2, 3}, Bytes(13), {0, 1}, 10)), std::logic_error);
  EXPECT_THROW(static_cast<void>(SampleSet::of_images({1, 2, 3}, Bytes(12), {0, 10}, 10)), std::logic_error);
  EXPECT_THROW(static_cast<void>(SampleSet::of_images({1, 2, 3}, Bytes(12), {0, kUnlabelled}, 10)), std::logic_error);
  EXPECT_THROW(static_cast<void>(SampleSet::of_blocks(2, 3, std::vector<float>(11), {0, 1}, 10)), std::logic_error);
  EXPECT_THROW(static_cast<void>(SampleSet::of_sequences(small_sequences(true), 9)), std::logic_error);
  FrameSequences no_frame = small_sequences(false);
  no_frame.first[2] = 2;
  EXPECT_THROW(static_cast<void>(SampleSet::of_sequences(no_frame, 10)), std::logic_error);
  FrameSequences too_many = small_sequences(false);
  too_many.labels.push_back(0);
  EXPECT_THROW(static_cast<void>(SampleSet::of_sequences(too_many, 10)), std::logic_error);
}

// A byte cannot tell class 255 from no class, nor class 256 from class 0.
TEST(SampleSet, HasMoreClassesThanAByteCounts) {
  FrameSequences frames = small_sequences(true);
  frames.labels = {255, kUnlabelled, 256, 0, 1000, 65536};
  const SampleSet set = SampleSet::of_sequences(frames, 65537);
  EXPECT_TRUE(std::ranges::equal(set.labels(), frames.labels));
  EXPECT_EQ(std::ranges::count(set.labels(), kUnlabelled), 1);
}

TEST(ContentHash, IsOfHeaderPixelsAndLabels) {
  const std::string text = "ohmcarlo images 1\n2 1 2 3 10\n" + std::string(12, '\7') + std::string("\0\1", 2);
  EXPECT_EQ(content_sha256(small_set()), sha256(text));
}

TEST(ContentHash, LabelsAreBytesUpTo256ClassesAndWordsAbove) {
  const auto hash = [](std::size_t classes) {
    return content_sha256(SampleSet::of_images({1, 1, 1}, {9, 9}, {0, 255}, classes));
  };
  EXPECT_EQ(hash(256), sha256("ohmcarlo images 1\n2 1 1 1 256\n\t\t" + std::string("\0\xff", 2)));
  EXPECT_EQ(hash(257), sha256("ohmcarlo images 1\n2 1 1 1 257\n\t\t" + std::string("\0\0\0\0\xff\0\0\0", 8)));
}

TEST(ContentHash, SeesEveryPart) {
  std::set<std::string> seen{content_sha256(small_set())};
  Bytes pixels(12, 7);
  pixels[11] ^= 1;
  EXPECT_TRUE(seen.insert(content_sha256(SampleSet::of_images({1, 2, 3}, pixels, {0, 1}, 10))).second);
  EXPECT_TRUE(seen.insert(content_sha256(SampleSet::of_images({1, 2, 3}, Bytes(12, 7), {0, 2}, 10))).second);
  EXPECT_TRUE(seen.insert(content_sha256(SampleSet::of_images({1, 3, 2}, Bytes(12, 7), {0, 1}, 10))).second);
  EXPECT_TRUE(seen.insert(content_sha256(SampleSet::of_images({1, 2, 3}, Bytes(12, 7), {0, 1}, 11))).second);
}

TEST(ContentHash, OfFeaturesIsThatOfWhatTheyWereMadeFrom) {
  EXPECT_EQ(content_sha256(SampleSet::of_sequences(small_sequences(false), 4, "abc")), "abc");
  EXPECT_THROW(static_cast<void>(content_sha256(SampleSet::of_sequences(small_sequences(false), 4))), std::logic_error);
}

TEST(SampleSet, TrainingAndTestMustBeAlike) {
  check_same_kind(small_set(), SampleSet::of_images({1, 2, 3}, Bytes(6), {0}, 10));  // the count may differ
  const SampleSet other = SampleSet::of_images({1, 2, 4}, Bytes(8), {0}, 10);
  EXPECT_EQ(error_of([&] { check_same_kind(small_set(), other); }, typeid(BadData)),
            "the training images are 1 x 2 x 3 in 10 classes and the test images 1 x 2 x 4 in 10: both must be alike");
}

// Frames of 1 and 3 in training; the held-out sample between them, of 100, must not be seen: mean 2, not 26.5.
TEST(ScalingOfTraining, DoesNotSeeWhatIsHeldOut) {
  FrameSequences frames{.coefficients = 2,
                        .values = {1, 10, 3, 10, 100, 1000, 1, 10, 3, 10},
                        .first = {0, 2, 3, 5},
                        .frame_wise = false,
                        .labels = {0, 1, 0}};
  const SampleSet sequences = SampleSet::of_sequences(frames, 2);
  const InputScaling scaling = scaling_of_training(sequences, {.training = {0, 2}, .validation = {1}});
  EXPECT_EQ(scaling, (InputScaling{{2, 10}, {1, 1}}));
  // Frame by frame, so that a block of two frames has one mean a coefficient.
  const SampleSet blocks = SampleSet::of_blocks(2, 1, {-50, 50, 4, 8}, {0, 1}, 2);
  EXPECT_EQ(scaling_of_training(blocks, {.training = {1}, .validation = {0}}), (InputScaling{{6}, {2}}));
}

}  // namespace samples_test
}  // namespace ohmcarlo::test
