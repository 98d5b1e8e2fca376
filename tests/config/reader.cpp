#include "config/reader.hpp"

#include "config/reading.hpp"

namespace ohmcarlo {
namespace reader_test {

TEST(Reader, ReadsEveryType) {
  Reading reading(
      "data.set = \"kws\"\ndata.words = [\"a\", \"b\"]\ntraining.epochs = 3\ntraining.flip = true\n"
      "training.learning_rate = 2\nnetwork.hidden = [5, 6]\nhardware.adc.range = [-1, 1.5]\n"
      "hardware.adc.range_from = { training.epochs = 4 }\n");
  Reader& reader = reading.reader;
  EXPECT_EQ(reader.text("data.set"), "kws");
  EXPECT_EQ(reader.texts("data.words"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(reader.integer("training.epochs"), 3);
  EXPECT_TRUE(reader.boolean("training.flip"));
  EXPECT_EQ(reader.real("training.learning_rate"), 2.0);
  EXPECT_EQ(reader.integers("network.hidden"), (std::vector<std::int64_t>{5, 6}));
  EXPECT_EQ(reader.reals("hardware.adc.range"), (std::vector<double>{-1, 1.5}));
  EXPECT_EQ(reader.settings("hardware.adc.range_from"), (Settings{{"training.epochs", "4"}}));
  EXPECT_TRUE(reader.is_word("hardware.cell_bits"));
  EXPECT_FALSE(reader.is_word("hardware.adc.range"));
}

TEST(Reader, LogsWhatWasReadInAlphabeticalOrder) {
  Reading reading("data.set = \"mnist\"\ntraining.epochs = 3\n");
  EXPECT_EQ(reading.reader.log(), "");
  (void)reading.reader.integer("training.epochs");
  (void)reading.reader.text("training.noise_sigma");
  (void)reading.reader.text("data.set");
  EXPECT_EQ(reading.reader.log(), "data.set = \"mnist\"\ntraining.epochs = 3\ntraining.noise_sigma = \"tested\"\n");
  reading.reader.substitute("training.noise_sigma", 0.25);
  EXPECT_EQ(reading.reader.log(), "data.set = \"mnist\"\ntraining.epochs = 3\ntraining.noise_sigma = 0.25\n");
  EXPECT_EQ(reading.reader.keys_read().count(), 3U);
  EXPECT_EQ(reading.reader.find_read(id_of("training.noise_sigma"))->value, Value(0.25));
  EXPECT_EQ(reading.reader.find_read(id_of("training.batch")), nullptr);
}

TEST(Reader, AsksForWhatIsMissing) {
  Reading reading("training.epochs = 3\n");
  EXPECT_FALSE(reading.reader.has("data.set"));
  EXPECT_EQ(bad_usage_of([&] { (void)reading.reader.text("data.set"); }).substr(0, 34),
            "a.toml: 'data.set' is missing (all");
  EXPECT_EQ(reading.reader.where("training.epochs"), "a.toml:1");
  EXPECT_EQ(reading.reader.where("training.batch"), "a.toml");
}

}  // namespace reader_test
}  // namespace ohmcarlo
