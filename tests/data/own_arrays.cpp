#include "data/own_arrays.hpp"

#include <gmock/gmock.h>

#include "data/dataset.hpp"
#include "data/npz_files.hpp"

namespace ohmcarlo::test {
namespace own_arrays_test {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;

/// 32-bit big-endian words.
Bytes words(std::initializer_list<std::int32_t> numbers) {
  Bytes bytes;
  for (const std::int32_t number : numbers)
    for (const int shift : {24, 16, 8, 0})
      bytes.push_back(static_cast<std::uint8_t>(static_cast<std::uint32_t>(number) >> shift));
  return bytes;
}

/// Three training images and two test images of 2 x 3 pixels, of the classes 0, 1, 0 and 1, 1, under the names of
/// MNIST.
class OwnArrays : public ::testing::Test {
 protected:
  OwnArrays() {
    write_file(scratch_ / "train-images-idx3-ubyte", image_bytes(3));
    write_file(scratch_ / "train-labels-idx1-ubyte", idx_bytes({2049, 3}, {0, 1, 0}));
    write_file(scratch_ / "t10k-images-idx3-ubyte", image_bytes(2));
    write_file(scratch_ / "t10k-labels-idx1-ubyte", idx_bytes({2049, 2}, {1, 1}));
    files_ = std::get<ImageSource>(find_data_set("idx").source).own->usual;
  }
  SampleSet training() { return load_training("idx", scratch_.path(), files_); }
  /// What is refused, and that measuring says the same.
  std::string refused(SetPart part = SetPart::training) {
    const auto load = [&] {
      (void)(part == SetPart::training ? load_training : load_test)("idx", scratch_.path(), files_);
    };
    const std::string error = error_of(load, typeid(BadData));
    EXPECT_EQ(error_of([&] { (void)measure_images("idx", scratch_.path(), part, files_); }, typeid(BadData)), error);
    return error;
  }
  std::vector<Label> labels() {
    const SampleSet set = training();
    return {set.labels().begin(), set.labels().end()};
  }
  std::vector<int> first_image() {
    const SampleSet set = training();
    return {set.pixels(0).begin(), set.pixels(0).end()};
  }
  void training_labels(const Bytes& bytes) { write_file(scratch_ / "train-labels-idx1-ubyte", bytes); }

  Scratch scratch_;
  ImageFiles files_;
};

TEST_F(OwnArrays, HaveTheSizesOfTheirFiles) {
  const SampleSet set = training();
  EXPECT_EQ(set.shape(), (SampleShape{1, 2, 3}));
  EXPECT_EQ(set.classes(), 2U);
  EXPECT_THAT(std::vector(set.labels().begin(), set.labels().end()), ElementsAre(0, 1, 0));
  EXPECT_EQ(set.pixels(1)[5], 15);
  const ImageSizes sizes = measure_images("idx", scratch_.path(), SetPart::test, files_);
  EXPECT_EQ(sizes.count, 2U);
  EXPECT_EQ(sizes.shape, set.shape());
  EXPECT_EQ(sizes.classes, 2U);
  EXPECT_EQ(load_test("idx", scratch_.path(), files_).classes(), 2U) << "as many as the training labels have";
}

// The same bytes by another name of the axes: height 3, width 2, and pixel (row, column) is what was (column, row).
TEST_F(OwnArrays, AxesAreTransposed) {
  files_.axes = "wh";
  const SampleSet set = training();
  EXPECT_EQ(set.shape(), (SampleShape{1, 3, 2}));
  EXPECT_THAT(std::vector(set.pixels(0).begin(), set.pixels(0).end()), ElementsAre(0, 3, 1, 4, 2, 5));
}

// Two images of height 1, width 2 and 3 channels.
TEST_F(OwnArrays, ChannelsLieWhereTheAxesSay) {
  const Bytes pixels{1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16};
  write_file(scratch_ / "train-images-idx3-ubyte", idx_bytes({0x0804, 2, 1, 2, 3}, pixels));
  training_labels(idx_bytes({2049, 2}, {0, 1}));
  EXPECT_THAT(refused(), EndsWith("train-images-idx3-ubyte: its sizes are 2 x 1 x 2 x 3 (needed: the count of images, "
                                  "then height and width; of images with channels data.axes = \"hwc\" or \"chw\" says "
                                  "how they lie)"));
  files_.axes = "hwc";
  const SampleSet set = training();
  EXPECT_EQ(set.shape(), (SampleShape{3, 1, 2}));
  EXPECT_THAT(std::vector(set.pixels(1).begin(), set.pixels(1).end()), ElementsAre(11, 14, 12, 15, 13, 16));
  files_.axes = "cwh";  // 1 channel, width 2, height 3
  EXPECT_EQ(training().shape(), (SampleShape{1, 3, 2}));
  EXPECT_THAT(first_image(), ElementsAre(1, 4, 2, 5, 3, 6));
  files_.axes = "wh";
  EXPECT_THAT(refused(), HasSubstr("then data.axes = \"wh\""));
}

TEST_F(OwnArrays, LabelsAreOfAnyIntegerTypeAndBeginAnywhere) {
  Bytes bytes = words({0x0C01, 3});
  const Bytes values = words({300, 299, 300});
  bytes.insert(bytes.end(), values.begin(), values.end());
  training_labels(bytes);
  EXPECT_THAT(refused(),
              EndsWith("no image has the label 0, the least is 299 (data.first_label = 299 makes it the first "
                       "class)"));
  files_.first_label = 299;
  EXPECT_EQ(training().classes(), 2U);
  EXPECT_THAT(labels(), ElementsAre(1, 0, 1));
  files_.first_label = 300;
  EXPECT_THAT(refused(), EndsWith("label 299 of image 1 (allowed: 300 to 65834, as data.first_label says)"));
}

// Rows of labels as QMNIST has them.
TEST_F(OwnArrays, OneColumnOfLabelsIsTheClass) {
  Bytes bytes = words({0x0C02, 3, 2});
  const Bytes values = words({0, 9, 1, 8, 2, 7});
  bytes.insert(bytes.end(), values.begin(), values.end());
  training_labels(bytes);
  EXPECT_THAT(refused(), EndsWith("2 labels an image; data.label_column says which is the class (0 is the first)"));
  files_.label_column = 0;
  EXPECT_EQ(training().classes(), 3U);
  files_.label_column = 1;
  files_.first_label = 7;
  EXPECT_THAT(labels(), ElementsAre(2, 1, 0));
  files_.label_column = 2;
  EXPECT_THAT(refused(), EndsWith("its sizes are 3 x 2 (needed: a label an image, or a row with a column 2)"));
}

TEST_F(OwnArrays, HaveManyClasses) {
  Bytes bytes = words({0x0C01, 3, 0, 65534, 1});
  training_labels(bytes);
  EXPECT_EQ(training().classes(), 65535U);
  training_labels(words({0x0C01, 3, 0, 65535, 1}));
  EXPECT_THAT(refused(), EndsWith("label 65535 of image 1 (allowed: 0 to 65534, as data.first_label says)"));
  training_labels(idx_bytes({2049, 3}, {0, 0, 0}));
  EXPECT_THAT(refused(), EndsWith("all labels are 0 (needed: two classes)"));
}

TEST_F(OwnArrays, PartsMustFit) {
  training_labels(idx_bytes({2049, 2}, {0, 1}));
  EXPECT_THAT(refused(), HasSubstr("train-labels-idx1-ubyte: 2 labels for the 3 images of "));
  training_labels(idx_bytes({2049, 3}, {0, 1, 0}));
  write_file(scratch_ / "t10k-labels-idx1-ubyte", idx_bytes({2049, 2}, {1, 2}));
  EXPECT_THAT(refused(SetPart::test), EndsWith("label 2 of image 1; the training labels are 0 to 1"));
  write_file(scratch_ / "train-images-idx3-ubyte", idx_bytes({0x0903, 3, 1, 1}, {0, 1, 2}));
  EXPECT_THAT(refused(), EndsWith("its numbers are of type int8 (allowed: uint8, pixels from 0 to 255)"));
  fs::remove(scratch_ / "train-images-idx3-ubyte");
  EXPECT_THAT(refused(), EndsWith("train-images-idx3-ubyte: no such file, nor train-images-idx3-ubyte.gz"));
}

TEST_F(OwnArrays, OfNumpyAreTheSame) {
  write_text(scratch_ / "all.npz",
             zip_of({{"x.npy", npy("|u1", "(3, 2, 3)",
                                   std::string("\0\1\2\3\4\5\12\13\14\15\16\17"
                                               "\24\25\26\27\30\31",
                                               18))},
                     {"y.npy", npy("<i8", "(3, 1)", little(0, 8) + little(1, 8) + little(0, 8))}}));
  const ImageFiles files{.training = {"all.npz:x", "all.npz:y"}, .test = {"all.npz:x", "all.npz:y"}};
  const SampleSet set = load_training("npz", scratch_.path(), files);
  EXPECT_EQ(content_sha256(set), content_sha256(training())) << "the content of files counts, not their format";
  EXPECT_EQ(measure_images("npz", scratch_.path(), SetPart::training, files).count, 3U);
  EXPECT_EQ(error_of(
                [&] {
                  (void)load_training("npz", scratch_.path(), {.training = {"none.npz", "all.npz:y"}});
                },
                typeid(BadData)),
            (scratch_ / "none.npz").string() + ": no such file");
}

}  // namespace own_arrays_test
}  // namespace ohmcarlo::test
