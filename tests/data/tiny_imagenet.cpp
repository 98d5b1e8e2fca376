#include "data/tiny_imagenet.hpp"

#include <algorithm>

#include <gmock/gmock.h>

#include "data/jpeg_files.hpp"

namespace ohmcarlo::test {
namespace tiny_imagenet_test {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class TinyImageNet : public ::testing::Test {
 protected:
  TinyImageNet() { make_tiny_imagenet(folder.path(), 3, 12); }
  static std::vector<int> greys(const SampleSet& set) {
    std::vector<int> result;
    for (std::size_t i = 0; i < set.count(); ++i) result.push_back(set.pixels(i).front());
    return result;
  }
  std::string training_error() {
    return error_of([&] { static_cast<void>(read_tiny_imagenet_training(folder.path())); }, typeid(BadData));
  }
  std::string validation_error() {
    return error_of([&] { static_cast<void>(read_tiny_imagenet_validation(folder.path())); }, typeid(BadData));
  }
  fs::path image(int label, const std::string& name) const {
    return folder / ("train/" + class_name(label) + "/images/" + name);
  }

  Scratch folder;
  fs::path names = folder / "wnids.txt";
  fs::path annotations = folder / "val/val_annotations.txt";
};

TEST_F(TinyImageNet, TrainingIsInTheOrderOfTheClassesAndTheirNumbers) {
  ASSERT_GT(class_name(0) + class_name(1), class_name(0) + class_name(0));
  write_text(image(0, "Thumbs.db"), "not an image");
  write_text(names, class_name(2) + "\r\n\n" + class_name(0) + "\n" + class_name(1));  // not the order of the names
  const SampleSet set = read_tiny_imagenet_training(folder.path());
  EXPECT_EQ(set.count(), 36U);
  EXPECT_EQ(set.shape(), (SampleShape{3, 64, 64}));
  EXPECT_EQ(set.classes(), 3U);
  std::vector<int> expected;
  Bytes labels;
  for (const int k : {2, 0, 1}) {
    for (int n = 0; n < 12; ++n) expected.push_back((k + 20 * n) % 256);  // 10 and 11 after 9, not after 1
    labels.insert(labels.end(), 12, static_cast<std::uint8_t>(k == 2 ? 0 : k + 1));
  }
  EXPECT_EQ(greys(set), expected);
  EXPECT_TRUE(std::ranges::equal(set.labels(), labels));
  EXPECT_EQ(set.pixels().size(), 36U * 3 * 64 * 64);
}

TEST_F(TinyImageNet, ValidationIsInTheOrderOfItsAnnotations) {
  SampleSet set = read_tiny_imagenet_validation(folder.path());
  EXPECT_EQ(greys(set), (std::vector{100, 101, 102}));
  EXPECT_TRUE(std::ranges::equal(set.labels(), std::vector<Label>{1, 0, 1}));
  EXPECT_EQ(set.classes(), 3U);
  write_text(annotations, "val_2.JPEG\t" + class_name(2) + "\t0\t0\t1\t1\r\nval_0.JPEG\t" + class_name(0) + "\n");
  set = read_tiny_imagenet_validation(folder.path());
  EXPECT_EQ(greys(set), (std::vector{102, 100}));
  EXPECT_TRUE(std::ranges::equal(set.labels(), std::vector<Label>{2, 0}));
}

TEST_F(TinyImageNet, ClassListIsChecked) {
  write_text(names, class_name(0) + "\nn0100000\n");
  EXPECT_EQ(training_error(), names.string() + ":2: this is not a class (n and eight digits)");
  write_text(names, class_name(0) + "\n" + class_name(1) + "\n" + class_name(0) + "\n");
  EXPECT_EQ(validation_error(), names.string() + ":3: " + class_name(0) + " is there twice");
  write_text(names, "\n\n");
  EXPECT_EQ(training_error(), names.string() + ": there is no class in it");
  std::string many;
  for (int k = 0; k <= 256; ++k) many += "n" + std::to_string(10000000 + k) + "\n";
  write_text(names, many);
  EXPECT_EQ(training_error(), names.string() + ":257: more than 256 classes");
  fs::remove(names);
  EXPECT_EQ(training_error(), names.string() + ": no such file");
}

TEST_F(TinyImageNet, AnnotationsAreChecked) {
  const std::string first = "val_0.JPEG\t" + class_name(0) + "\t0\t0\t1\t1\n";
  for (const char* line : {"val_1.JPEG n01000000", "\tn01000000\t0", "../val_1.JPEG\tn01000000"}) {
    write_text(annotations, first + line);
    EXPECT_THAT(validation_error(), StartsWith(annotations.string() + ":2: a line must be a file name, a class"));
  }
  write_text(annotations, first + "val_1.JPEG\tn99999999\t0\n");
  EXPECT_EQ(validation_error(), annotations.string() + ":2: 'n99999999' is not a class of wnids.txt");
  write_text(annotations, "");
  EXPECT_EQ(validation_error(), annotations.string() + ": there is no image in it");
  fs::remove(annotations);
  EXPECT_EQ(validation_error(), annotations.string() + ": no such file");
}

TEST_F(TinyImageNet, MissingAndOddImagesAreNamed) {
  fs::remove(folder / "val/images/val_1.JPEG");
  EXPECT_EQ(validation_error(), (folder / "val/images/val_1.JPEG").string() + ": no such file");

  const fs::path odd = image(1, class_name(1) + "_7b.JPEG");
  write_file(odd, plain_jpeg(1));
  EXPECT_EQ(training_error(),
            odd.string() + ": the name of a training image must be " + class_name(1) + "_NUMBER.JPEG");
  fs::remove(odd);
  for (const std::string& name : {std::string("_0.JPEG"), class_name(1) + "_.JPEG", class_name(0) + "_0.JPEG"}) {
    write_file(image(1, name), plain_jpeg(1));
    EXPECT_THAT(training_error(), HasSubstr("the name of a training image"));
    fs::remove(image(1, name));
  }

  write_file(image(2, class_name(2) + "_3.JPEG"), jpeg_bytes(32, 64, [](int, int, int) { return 9; }));
  EXPECT_EQ(training_error(), image(2, class_name(2) + "_3.JPEG").string() +
                                  ": the image is 32 x 64 pixels (width x height); needed: 64 x 64");
  write_text(image(2, class_name(2) + "_3.JPEG"), "no image");
  EXPECT_THAT(training_error(), HasSubstr("_3.JPEG: cannot be read as a JPEG ("));
}

TEST_F(TinyImageNet, ClassWithoutImagesOrFolderIsNamed) {
  const fs::path images = folder / ("train/" + class_name(1) + "/images");
  for (const auto& entry : fs::directory_iterator(images)) fs::remove(entry.path());
  EXPECT_EQ(training_error(), images.string() + ": there are no images *.JPEG in it");
  fs::remove(images);
  EXPECT_THAT(training_error(), StartsWith(images.string() + ": cannot be read as a folder ("));
}

}  // namespace tiny_imagenet_test
}  // namespace ohmcarlo::test
