#include "config/data.hpp"

#include "config/reading.hpp"

namespace ohmcarlo {
namespace {

DataOptions data_of(const std::string& table, bool recurrent = false) {
  Reading reading("[data]\n" + table);
  return read_data(reading.reader, recurrent);
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
    (void)read_data(reading.reader, false);
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

}  // namespace
}  // namespace ohmcarlo
