#include "config/data.hpp"

#include "config/reading.hpp"
#include "data/idx_files.hpp"

namespace ohmcarlo {
namespace data_test {

DataOptions data_of(const std::string& table, bool recurrent = false) {
  Reading reading("[data]\n" + table);
  FileCache files;
  Reader places(reading.settings);
  return read_data(reading.reader, places, files, recurrent);
}

TEST(DataTable, ImagesHaveShapeAndScaling) {
  const DataOptions data = data_of("set = \"cifar10\"\nscaling = \"published\"\nvalidation = 20\n");
  EXPECT_EQ(data.name, "cifar10");
  EXPECT_EQ(data.classes(), 10U);
  EXPECT_EQ(data.shape().channels, 3U);
  EXPECT_EQ(data.scaling.mean.size(), 3U);
  EXPECT_EQ(data.validation, 20);
  EXPECT_FALSE(data.is_sequences());
  EXPECT_TRUE(data_of("set = \"cifar10\"\n").scaling.mean.empty());
}

/// The line of an identity that says how inputs are scaled.
std::string scaling_line(const std::string& table) {
  Reading reading("[data]\n" + table);
  FileCache files;
  Reader places(reading.settings);
  (void)read_data(reading.reader, places, files, false);
  const RecordedValue* read = reading.reader.find_read(id_of("data.scaling"));
  return read == nullptr ? "none" : read->line;
}

TEST(DataTable, ScalingIsGivenOrHasAName) {
  EXPECT_EQ(data_of("set = \"mnist\"\nscaling = \"published\"\n").scaling, (InputScaling{{0.1307F}, {0.3081F}}));
  EXPECT_EQ(data_of("set = \"mnist\"\nscaling = \"centred\"\n").scaling, (InputScaling{{0.5F}, {0.5F}}));
  EXPECT_EQ(data_of("set = \"cifar10\"\nscaling = \"centred\"\n").scaling,
            (InputScaling{{0.5F, 0.5F, 0.5F}, {0.5F, 0.5F, 0.5F}}));
  EXPECT_EQ(data_of("set = \"mnist\"\nscaling = { mean = [-1], sd = [0.25] }\n").scaling,
            (InputScaling{{-1.0F}, {0.25F}}));
  EXPECT_EQ(data_of("set = \"mnist\"\n[data.scaling]\nmean = [0]\nsd = [2]\n").scaling, (InputScaling{{0}, {2}}));
  EXPECT_EQ(data_of("set = \"mnist\"\nscaling = \"unit\"\n").scaling, InputScaling{});
}

// A network that was trained on other numbers is another network. Words that have always meant the same keep theirs.
TEST(DataTable, IdentitiesCarryTheNumbersOfTheScaling) {
  EXPECT_EQ(scaling_line("set = \"mnist\"\nscaling = \"published\"\n"),
            "data.scaling = { mean = [0.1307], sd = [0.3081] }\n");
  EXPECT_EQ(scaling_line("set = \"fashion-mnist\"\nscaling = \"published\"\n"),
            "data.scaling = { mean = [0.286], sd = [0.353] }\n");
  EXPECT_EQ(scaling_line("set = \"fashion-mnist\"\nscaling = { sd = [0.353], mean = [0.286] }\n"),
            "data.scaling = { mean = [0.286], sd = [0.353] }\n");
  EXPECT_EQ(scaling_line("set = \"mnist\"\nscaling = \"centred\"\n"), "data.scaling = { mean = [0.5], sd = [0.5] }\n");
  for (const char* set : {"cifar10", "cifar100", "tiny-imagenet"})
    EXPECT_EQ(scaling_line(fmt::format("set = \"{}\"\nscaling = \"published\"\n", set)),
              "data.scaling = \"published\"\n");
  EXPECT_EQ(scaling_line("set = \"mnist\"\n"), "data.scaling = \"unit\"\n");
  EXPECT_EQ(scaling_line("set = \"fsdd\"\n"), "none");
}

TEST(DataTable, AScalingOfOtherChannelsIsRefused) {
  EXPECT_EQ(bad_usage_of([] { (void)data_of("set = \"cifar10\"\nscaling = { mean = [0.5], sd = [0.5] }\n"); }),
            "a.toml:3: 'data.scaling' has 1 means and sds (allowed: 3, one for each channel of cifar10)");
}

/// IDX files of three training images of 2 x 3 pixels, of labels 1, 2 and 1.
struct OwnFolder {
  OwnFolder() {
    test::write_file(scratch / "train-images-idx3-ubyte", test::image_bytes(3));
    test::write_file(scratch / "train-labels-idx1-ubyte", test::idx_bytes({2049, 3}, {1, 2, 1}));
    test::write_file(scratch / "other", test::blank_images(3, 5, 7));
  }
  [[nodiscard]] std::string table(const std::string& more) const {
    return "set = \"idx\"\ndirectory = \"" + scratch.path().string() + "\"\n" + more;
  }
  test::Scratch scratch;
};

TEST(DataTable, SetsOfOnesOwnHaveTheSizesOfTheirFiles) {
  const OwnFolder folder;
  const DataOptions data = data_of(folder.table("first_label = 1\n"));
  EXPECT_EQ(data.shape(), (SampleShape{1, 2, 3}));
  EXPECT_EQ(data.classes(), 2U);
  EXPECT_EQ(data.files.test.labels, "t10k-labels-idx1-ubyte");
  EXPECT_EQ(data_of(folder.table("first_label = 1\naxes = \"wh\"\n")).shape(), (SampleShape{1, 3, 2}));
  EXPECT_EQ(data_of(folder.table("first_label = 1\ntraining_images = \"other\"\n")).shape(), (SampleShape{1, 5, 7}));
  EXPECT_EQ(data_of(folder.table("first_label = 1\nscaling = \"centred\"\n")).scaling, (InputScaling{{0.5F}, {0.5F}}));
}

// Where files lie is no part of an identity, how they are read is.
TEST(DataTable, OfSetsOfOnesOwnPlacesAreReadApart) {
  const OwnFolder folder;
  Reading reading("[data]\n" + folder.table("first_label = 1\ntraining_images = \"train-images-idx3-ubyte\"\n"));
  Reader places(reading.settings);
  FileCache files;
  const DataOptions data = read_data(reading.reader, places, files, false);
  const auto read_by = [](const Reader& reader, const char* key) {
    return reader.keys_read().test(id_of(KeyName(std::string_view(key))));
  };
  for (const char* key : {"data.training_images", "data.directory"}) {
    EXPECT_TRUE(read_by(places, key)) << key;
    EXPECT_FALSE(read_by(reading.reader, key)) << key;
  }
  EXPECT_TRUE(read_by(reading.reader, "data.first_label"));
  EXPECT_NE(data.name, data_of(folder.table("first_label = 1\naxes = \"wh\"\n")).name) << "loaded for itself";
}

TEST(DataTable, OfSetsOfOnesOwnTheFilesAreChecked) {
  const OwnFolder folder;
  EXPECT_EQ(test::error_of([&] { (void)data_of(folder.table("")); }, typeid(BadData)),
            (folder.scratch / "train-labels-idx1-ubyte").string() +
                ": no image has the label 0, the least is 1 (data.first_label = 1 makes it the first class)");
  EXPECT_EQ(test::error_of([&] { (void)data_of(folder.table("training_images = \"none\"\n")); }, typeid(BadData)),
            (folder.scratch / "none").string() + ": no such file, nor none.gz");
  EXPECT_EQ(bad_usage_of([&] { (void)data_of(folder.table("first_label = 1\nscaling = \"published\"\n")); }),
            "a.toml:5: 'data.scaling' is \"published\", but nothing is published for idx (allowed: \"unit\", "
            "\"centred\", or a table { mean = [...], sd = [...] })");
  EXPECT_EQ(bad_usage_of([] { (void)data_of("set = \"npz\"\ndirectory = \"/\"\n"); }),
            "a.toml: 'data.training_images' is missing (allowed: a text in quotes)");
}

TEST(DataTable, SpeechIsBlocksOrSequences) {
  EXPECT_EQ(data_of("set = \"fsdd\"\nframes = 30\n").speech->frames, 30U);
  EXPECT_TRUE(data_of("set = \"fsdd\"\n", true).is_sequences());
  EXPECT_EQ(data_of("set = \"kws\"\n").classes(), 6U);
  const DataOptions timit = data_of("set = \"timit\"\nphones = \"39\"\nvalidation = \"customary\"\n");
  EXPECT_TRUE(timit.frame_wise());
  EXPECT_EQ(timit.classes(), 39U);
  EXPECT_EQ(timit.validation, DataOptions::kCustomary);
  EXPECT_NE(data_of("set = \"fsdd\"\n").name, data_of("set = \"fsdd\"\ncepstra = 9\n").name);
}

// What of the data is read is part of a network's identity: only what the set needs.
TEST(DataTable, OfSpeechIsWhatTheCorpusNeeds) {
  const auto reads = [](const std::string& table, const char* key) {
    Reading reading("[data]\n" + table);
    FileCache files;
    Reader places(reading.settings);
    (void)read_data(reading.reader, places, files, false);
    return reading.reader.keys_read().test(id_of(KeyName(std::string_view(key))));
  };
  EXPECT_TRUE(reads("set = \"fsdd\"\n", "data.split"));
  EXPECT_FALSE(reads("set = \"fsdd\"\n", "data.test_share"));
  EXPECT_TRUE(reads("set = \"fsdd\"\nsplit = \"held-out\"\n", "data.test_share"));
  EXPECT_FALSE(reads("set = \"kws\"\n", "data.split"));
  EXPECT_TRUE(reads("set = \"kws\"\n", "data.test_share"));
  EXPECT_FALSE(reads("set = \"kws\"\n", "data.words"));
  EXPECT_TRUE(reads("set = \"kws\"\nwords = [\"alexa\", \"other\"]\n", "data.words"));
  EXPECT_TRUE(reads("set = \"folder\"\nwords = [\"a\", \"b\"]\n", "data.test_share"));
  for (const char* key : {"data.split", "data.test_share", "data.words", "data.frames"})
    EXPECT_FALSE(reads("set = \"timit\"\n", key)) << key;
  EXPECT_TRUE(reads("set = \"timit\"\n", "data.phones"));
  EXPECT_FALSE(reads("set = \"fsdd\"\n", "data.phones"));
}

TEST(DataTable, RefusesWhatDoesNotFit) {
  EXPECT_EQ(bad_usage_of([] { (void)data_of("set = \"mnist\"\nvalidation = \"customary\"\n"); }).substr(0, 42),
            "a.toml:3: 'data.validation' is \"customary\"");
  EXPECT_EQ(bad_usage_of([] { (void)data_of("set = \"folder\"\nwords = [\"a\"]\n"); }).substr(0, 39),
            "a.toml:3: 'data.words' names 1 classes ");
}

TEST(DataTable, TheDirectoryIsEmptyUnlessGiven) {
  Reading none("data.set = \"mnist\"\n"), given("data.directory = \"/there\"\n");
  EXPECT_EQ(read_data_directory(none.reader), "");
  EXPECT_EQ(read_data_directory(given.reader), "/there");
}

}  // namespace data_test
}  // namespace ohmcarlo
