#include "data/image_folder.hpp"

#include <gmock/gmock.h>

#include "data/dataset.hpp"
#include "data/picture_files.hpp"

namespace ohmcarlo::test {
namespace image_folder_test {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;

/// Pictures of 2 x 1 pixels: two cats and a dog to train on, a dog to test on.
class ImageFolder : public ::testing::Test {
 protected:
  ImageFolder() {
    picture("train/dog/a.png", 30);
    picture("train/cat/b.png", 20);
    picture("train/cat/B.png", 10);
    picture("test/dog/x.pgm", 40);
  }
  void picture(const std::string& name, std::uint8_t value) {
    fs::create_directories((scratch_ / name).parent_path());
    write_file(scratch_ / name, name.ends_with(".png")
                                    ? png_bytes(2, 1, {value, 0})
                                    : bytes_of("P5 2 1 255\n" + std::string(1, static_cast<char>(value)) + '\0'));
  }
  SampleSet load(SetPart part = SetPart::training) {
    return (part == SetPart::training ? load_training : load_test)("images", scratch_.path(), files_);
  }
  std::string refused(SetPart part = SetPart::training) {
    const std::string error = error_of([&] { (void)load(part); }, typeid(BadData));
    return error.substr(scratch_.path().string().size());
  }
  std::string refused_by_measuring(SetPart part = SetPart::training) {
    const std::string error =
        error_of([&] { (void)measure_images("images", scratch_.path(), part, files_); }, typeid(BadData));
    return error.substr(scratch_.path().string().size());
  }
  Scratch scratch_;
  ImageFiles files_ = std::get<ImageSource>(find_data_set("images").source).own->usual;
};

// "B" comes before "b".
TEST_F(ImageFolder, HasAClassForEachFolder) {
  const SampleSet training = load();
  EXPECT_EQ(training.shape(), (SampleShape{1, 1, 2}));
  EXPECT_EQ(training.classes(), 2U);
  EXPECT_THAT(std::vector(training.labels().begin(), training.labels().end()), ElementsAre(0, 0, 1));
  EXPECT_THAT(std::vector(training.pixels().begin(), training.pixels().end()), ElementsAre(10, 0, 20, 0, 30, 0));
  const SampleSet test = load(SetPart::test);
  EXPECT_EQ(test.classes(), 2U);
  EXPECT_THAT(std::vector(test.labels().begin(), test.labels().end()), ElementsAre(1));
  EXPECT_EQ(test.pixels()[0], 40);
  EXPECT_EQ(measure_images("images", scratch_.path(), SetPart::training, files_).count, 3U);
}

TEST_F(ImageFolder, HiddenFilesAreIgnoredAndOthersRefused) {
  write_text(scratch_ / "train/cat/.DS_Store", "");
  write_text(scratch_ / "train/cat/._b.png", "");
  fs::create_directories(scratch_ / "train/.thumbnails");
  EXPECT_EQ(load().count(), 3U);
  write_text(scratch_ / "train/cat/notes.txt", "");
  EXPECT_EQ(refused(), "/train/cat/notes.txt: not the name of a picture (allowed: .jpg, .jpeg, .png, .pgm)");
  EXPECT_EQ(refused_by_measuring(), refused());
}

TEST_F(ImageFolder, ImagesHaveTheSizeOfTheFirst) {
  write_file(scratch_ / "train/dog/a.png", png_bytes(1, 2, {1, 2}));
  EXPECT_EQ(refused(),
            "/train/dog/a.png: the image is 1 x 2 pixels (width x height); needed: 2 x 1, as the first image of "
            "the set");
  write_file(scratch_ / "test/dog/x.pgm", bytes_of("P5 1 1 255\n\1"));
  EXPECT_THAT(refused(SetPart::test), HasSubstr("/test/dog/x.pgm: the image is 1 x 1 pixels"));
  EXPECT_EQ(refused_by_measuring(SetPart::test), refused(SetPart::test));
}

TEST_F(ImageFolder, GreyImagesOfASetWithColoursAreThreeEqualPlanes) {
  write_file(scratch_ / "train/dog/a.png", png_bytes(2, 1, {1, 2, 3, 4, 5, 6}, PNG_FORMAT_RGB));
  EXPECT_EQ(refused(), "/train/dog/a.png: the image has colours; needed: a grey one, as the first image of the set");
  write_file(scratch_ / "train/cat/B.png", png_bytes(2, 1, {1, 2, 3, 4, 5, 6}, PNG_FORMAT_RGB));
  const SampleSet training = load();
  EXPECT_EQ(training.shape(), (SampleShape{3, 1, 2}));
  EXPECT_THAT(std::vector(training.pixels(0).begin(), training.pixels(0).end()), ElementsAre(1, 4, 2, 5, 3, 6));
  EXPECT_THAT(std::vector(training.pixels(1).begin(), training.pixels(1).end()), ElementsAre(20, 0, 20, 0, 20, 0));
}

TEST_F(ImageFolder, TreesAreChecked) {
  picture("test/cow/x.png", 1);
  EXPECT_EQ(refused(SetPart::test), "/test/cow: not a class of " + (scratch_ / "train").string());
  fs::remove_all(scratch_ / "test");
  EXPECT_THAT(refused(SetPart::test), HasSubstr("/test: cannot be read as a directory ("));
  fs::remove(scratch_ / "train/dog/a.png");
  EXPECT_EQ(refused(), "/train/dog: there is no picture in it");
  fs::remove_all(scratch_ / "train/dog");
  EXPECT_EQ(refused(), "/train: 1 folders (needed: one for each class, from 2 to 65535)");
}

}  // namespace image_folder_test
}  // namespace ohmcarlo::test
