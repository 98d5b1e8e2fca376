#include "data/dataset.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include <gmock/gmock.h>

#include "data/cifar_files.hpp"
#include "data/jpeg_files.hpp"

namespace ohmcarlo::test {
namespace dataset_test {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class Dataset : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const char* value = std::getenv("OHMCARLO_DATA")) saved = value;
    unsetenv("OHMCARLO_DATA");
  }
  void TearDown() override {
    if (saved) {
      setenv("OHMCARLO_DATA", saved->c_str(), 1);
    } else {
      unsetenv("OHMCARLO_DATA");
    }
  }
  fs::path make_set(const std::string& name) {
    fs::create_directories(folder / name);
    write_file(folder / (name + "/train-images-idx3-ubyte"), blank_images(20, 28, 28));
    write_file(folder / (name + "/train-labels-idx1-ubyte.gz"), gzip(label_bytes(20)));
    write_file(folder / (name + "/t10k-images-idx3-ubyte.gz"), gzip(blank_images(5, 28, 28)));
    write_file(folder / (name + "/t10k-labels-idx1-ubyte"), label_bytes(5));
    return folder / name;
  }
  static std::string error(const std::string& set, const fs::path& key = {},
                           const std::type_info& type = typeid(BadData)) {
    return error_of([&] { static_cast<void>(find_dataset_directory(set, key)); }, type);
  }

  Scratch folder;
  std::optional<std::string> saved;
};

TEST_F(Dataset, TrainingAndTestFilesAreToldApart) {
  const fs::path directory = make_set("mnist");
  EXPECT_EQ(load_training("mnist", directory).count(), 20U);
  EXPECT_EQ(load_test("mnist", directory).count(), 5U);
  EXPECT_EQ(load_test("fashion-mnist", directory).classes(), 10U);
}

TEST_F(Dataset, KeyComesFirst) {
  const fs::path directory = make_set("elsewhere");
  make_set("mnist");
  setenv("OHMCARLO_DATA", folder.path().c_str(), 1);
  EXPECT_EQ(find_dataset_directory("mnist", directory), directory);
  EXPECT_EQ(find_dataset_directory("mnist", {}), folder / "mnist");
}

TEST_F(Dataset, KeyThatNamesNoDirectoryIsAnErrorEvenIfTheSetIsElsewhere) {
  make_set("mnist");
  setenv("OHMCARLO_DATA", folder.path().c_str(), 1);
  EXPECT_EQ(error("mnist", folder / "none"), "data.directory = \"" + (folder / "none").string() +
                                                 "\" is not a directory; it must hold the files of mnist");
}

TEST_F(Dataset, ListIsSearchedInOrderPastDirectoriesWithoutTheSet) {
  const fs::path first = make_set("a/mnist");
  const fs::path second = make_set("b/mnist");
  fs::create_directories(folder / "empty/mnist");
  const std::string a = (folder / "a").string(), b = (folder / "b").string();
  setenv("OHMCARLO_DATA", ((folder / "none").string() + "::" + (folder / "empty").string() + ":" + b + ":" + a).c_str(),
         1);
  EXPECT_EQ(find_dataset_directory("mnist", {}), second);
  setenv("OHMCARLO_DATA", (a + ":" + b).c_str(), 1);
  EXPECT_EQ(find_dataset_directory("mnist", {}), first);
}

TEST_F(Dataset, ErrorListsEveryPlaceAndHowToGetTheData) {
  fs::create_directories(folder / "empty/mnist");
  setenv("OHMCARLO_DATA", ((folder / "none").string() + ":" + (folder / "empty").string()).c_str(), 1);
  EXPECT_EQ(error("mnist"),
            "data set mnist not found: data.directory is not given, nor is it in OHMCARLO_DATA; looked at: " +
                (folder / "none/mnist").string() + " (no such directory), " + (folder / "empty/mnist").string() +
                " (holds none of its files); experiments/fetch_data.sh mnist DIR fetches it (then "
                "OHMCARLO_DATA=DIR)");
  unsetenv("OHMCARLO_DATA");
  EXPECT_THAT(error("mnist"), HasSubstr("nor is OHMCARLO_DATA set; looked at: nothing; experiments/fetch_data.sh"));
}

TEST_F(Dataset, FashionIsAlsoSearchedInTheSystemPackage) {
  const fs::path package = "/usr/share/datasets/fashion-mnist";
  if (fs::exists(package)) {
    EXPECT_EQ(find_dataset_directory("fashion-mnist", {}), package);
  } else {
    EXPECT_THAT(error("fashion-mnist"),
                AllOf(HasSubstr(package.string() + " (no such directory)"), HasSubstr("dataset-fashion-mnist")));
  }
}

TEST_F(Dataset, UnknownSetNamesTheKnown) {
  EXPECT_EQ(error("mnits", {}, typeid(BadUsage)),
            "data.set = \"mnits\" is unknown; allowed: mnist, fashion-mnist, cifar10, cifar100, tiny-imagenet, "
            "fsdd, kws, folder, timit, idx, npz, images");
}

TEST_F(Dataset, NamesAreThoseThatAreFound) {
  for (const std::string_view name : data_set_names()) EXPECT_EQ(find_data_set(std::string(name)).name, name);
  EXPECT_TRUE(is_speech("timit"));
  EXPECT_FALSE(is_speech("cifar100"));
  EXPECT_EQ(speech_set_names(), "fsdd, kws, folder, timit");
}

TEST_F(Dataset, SetsOfOnesOwnHaveNoPublishedShapeOrScaling) {
  for (const char* set : {"idx", "npz", "images"}) {
    EXPECT_TRUE(std::get<ImageSource>(find_data_set(set).source).own) << set;
    EXPECT_EQ(image_shape(set).values(), 0U) << set;
    EXPECT_TRUE(published_scaling(set).mean.empty()) << set;
  }
}

TEST_F(Dataset, OnlyTheCorpusWithPhonesLabelsFrames) {
  for (const std::string_view name : data_set_names())
    EXPECT_EQ(labels_frames(std::string(name)), name == "timit") << name;
}

TEST_F(Dataset, PublishedShapesAreKnownWithoutFiles) {
  EXPECT_EQ(image_shape("mnist"), (SampleShape{1, 28, 28}));
  EXPECT_EQ(image_shape("fashion-mnist").values(), 784U);
  EXPECT_EQ(image_shape("cifar10"), (SampleShape{3, 32, 32}));
  EXPECT_EQ(image_shape("cifar100").values(), 3072U);
  EXPECT_EQ(image_shape("tiny-imagenet"), (SampleShape{3, 64, 64}));
  EXPECT_EQ(image_classes("cifar10"), 10U);
  EXPECT_EQ(image_classes("cifar100"), 100U);
  EXPECT_EQ(image_classes("tiny-imagenet"), 200U);
}

TEST_F(Dataset, PublishedScalingHasAMeanAndAnSdForEachChannel) {
  for (const char* set : {"mnist", "fashion-mnist", "cifar10", "cifar100", "tiny-imagenet"}) {
    const InputScaling scaling = published_scaling(set);
    EXPECT_EQ(scaling.mean.size(), image_shape(set).channels) << set;
    EXPECT_EQ(scaling.sd.size(), image_shape(set).channels) << set;
  }
  EXPECT_EQ(published_scaling("mnist"), (InputScaling{{0.1307F}, {0.3081F}}));
  EXPECT_EQ(published_scaling("fashion-mnist"), (InputScaling{{0.2860F}, {0.3530F}}));
  EXPECT_EQ(published_scaling("cifar10"), (InputScaling{{0.491F, 0.482F, 0.446F}, {0.247F, 0.243F, 0.261F}}));
  EXPECT_EQ(published_scaling("cifar100"), (InputScaling{{0.5071F, 0.4865F, 0.4409F}, {0.2673F, 0.2564F, 0.2762F}}));
  EXPECT_EQ(published_scaling("tiny-imagenet"), (InputScaling{{0.485F, 0.456F, 0.406F}, {0.229F, 0.224F, 0.225F}}));
}

TEST_F(Dataset, CifarTenIsFiveBatchesAndATestBatch) {
  fs::create_directories(folder / "cifar10");
  setenv("OHMCARLO_DATA", folder.path().c_str(), 1);
  EXPECT_THAT(error("cifar10"), HasSubstr("holds none of its files"));
  for (std::uint8_t batch = 5; batch >= 1; --batch) {
    write_file(folder / ("cifar10/data_batch_" + std::to_string(batch) + ".bin"), cifar_bytes({{batch}, {0}}, batch));
  }
  EXPECT_EQ(find_dataset_directory("cifar10", {}), folder / "cifar10");
  write_file(folder / "cifar10/test_batch.bin.gz", gzip(cifar_bytes({{9}}, 0)));
  EXPECT_TRUE(std::ranges::equal(load_training("cifar10", folder / "cifar10").labels(),
                                 std::vector<Label>{1, 0, 2, 0, 3, 0, 4, 0, 5, 0}));
  EXPECT_TRUE(std::ranges::equal(load_test("cifar10", folder / "cifar10").labels(), std::vector<Label>{9}));
  EXPECT_EQ(measure_images("cifar10", folder / "cifar10", SetPart::training).count, 10U);
  fs::remove(folder / "cifar10/data_batch_3.bin");
  EXPECT_EQ(error_of([&] { static_cast<void>(load_training("cifar10", folder / "cifar10")); }, typeid(BadData)),
            (folder / "cifar10/data_batch_3.bin").string() + ": no such file, nor data_batch_3.bin.gz");
}

TEST_F(Dataset, CifarHundredIsATrainingAndATestFile) {
  fs::create_directories(folder / "cifar100");
  write_file(folder / "cifar100/train.bin", cifar_bytes({{1, 7}, {2, 8}}, 0));
  write_file(folder / "cifar100/test.bin", cifar_bytes({{3, 99}}, 0));
  setenv("OHMCARLO_DATA", folder.path().c_str(), 1);
  const fs::path directory = find_dataset_directory("cifar100", {});
  EXPECT_TRUE(std::ranges::equal(load_training("cifar100", directory).labels(), std::vector<Label>{7, 8}));
  EXPECT_TRUE(std::ranges::equal(load_test("cifar100", directory).labels(), std::vector<Label>{99}));
}

TEST_F(Dataset, TinyImageNetNeedsItsTwoHundredClasses) {
  make_tiny_imagenet(folder / "tiny-imagenet", 200, 1);
  setenv("OHMCARLO_DATA", folder.path().c_str(), 1);
  const fs::path directory = find_dataset_directory("tiny-imagenet", {});
  const SampleSet training = load_training("tiny-imagenet", directory);
  EXPECT_EQ(training.count(), 200U);
  EXPECT_EQ(training.labels()[199], 199);
  EXPECT_EQ(training.shape(), image_shape("tiny-imagenet"));
  EXPECT_EQ(measure_images("tiny-imagenet", directory, SetPart::training).count, 200U);
  EXPECT_EQ(measure_images("tiny-imagenet", directory, SetPart::test).count, 3U);
  EXPECT_TRUE(std::ranges::equal(load_test("tiny-imagenet", directory).labels(), std::vector<Label>{1, 0, 1}));

  write_text(directory / "wnids.txt", class_name(0) + "\n" + class_name(1) + "\n");
  for (const auto load : {load_training, load_test}) {
    EXPECT_EQ(error_of([&] { static_cast<void>(load("tiny-imagenet", directory, {})); }, typeid(BadData)),
              directory.string() + ": 2 classes; the published set tiny-imagenet has 200");
  }
}

TEST_F(Dataset, MissingFileOfASetIsNamed) {
  const fs::path directory = make_set("mnist");
  fs::remove(directory / "t10k-images-idx3-ubyte.gz");
  EXPECT_THAT(error_of([&] { static_cast<void>(load_test("mnist", directory)); }, typeid(BadData)),
              StartsWith((directory / "t10k-images-idx3-ubyte").string() + ": no such file"));
  EXPECT_EQ(load_training("mnist", directory).count(), 20U);
}

}  // namespace dataset_test
}  // namespace ohmcarlo::test
