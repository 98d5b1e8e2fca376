#include "data/dataset.hpp"

#include <cstdlib>
#include <optional>

#include <gmock/gmock.h>

#include "data/idx_files.hpp"

namespace ohmcarlo::test {
namespace {

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
    write_file(folder / (name + "/train-images-idx3-ubyte"), image_bytes(20));
    write_file(folder / (name + "/train-labels-idx1-ubyte.gz"), gzip(label_bytes(20)));
    write_file(folder / (name + "/t10k-images-idx3-ubyte.gz"), gzip(image_bytes(5)));
    write_file(folder / (name + "/t10k-labels-idx1-ubyte"), label_bytes(5));
    return folder / name;
  }
  static std::string error(const std::string& set, const fs::path& key = {}, ExitCode code = ExitCode::bad_data) {
    return error_of([&] { static_cast<void>(find_dataset_directory(set, key)); }, code);
  }

  Scratch folder;
  std::optional<std::string> saved;
};

TEST_F(Dataset, TrainingAndTestFilesAreToldApart) {
  const fs::path directory = make_set("mnist");
  EXPECT_EQ(load_training("mnist", directory).count, 20U);
  EXPECT_EQ(load_test("mnist", directory).count, 5U);
  EXPECT_EQ(load_test("fashion-mnist", directory).classes, 10U);
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
  EXPECT_EQ(error("mnits", {}, ExitCode::bad_usage), "data.set = \"mnits\" is unknown; allowed: mnist, fashion-mnist");
}

TEST_F(Dataset, MissingFileOfASetIsNamed) {
  const fs::path directory = make_set("mnist");
  fs::remove(directory / "t10k-images-idx3-ubyte.gz");
  EXPECT_THAT(error_of([&] { static_cast<void>(load_test("mnist", directory)); }, ExitCode::bad_data),
              StartsWith((directory / "t10k-images-idx3-ubyte").string() + ": no such file"));
  EXPECT_EQ(load_training("mnist", directory).count, 20U);
}

}  // namespace
}  // namespace ohmcarlo::test
