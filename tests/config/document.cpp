#include <filesystem>
#include <fstream>

#include "experiment/refusal.hpp"

namespace ohmcarlo::document_tests {
namespace document_test {

const std::string kData = "data.set = \"mnist\"\n";

Document document(const std::string& text, const std::vector<std::string>& sets = {}) {
  return parse_document(text, "a.toml", overrides(sets));
}

std::vector<std::string> swept_keys(const Document& of) {
  std::vector<std::string> keys;
  for (const SweptKey& swept : of.swept) keys.push_back(swept.path);
  return keys;
}

TEST(Document, TablesAndDottedKeysAreTheSame) {
  const Document dotted = document(kData + "training.epochs = 3\nhardware.variation.sigma = 1\n");
  const Document tables =
      document("[data]\nset = \"mnist\"\n[training]\nepochs = 3\n[hardware.variation]\nsigma = 1\n");
  EXPECT_EQ(dotted.fixed, tables.fixed);
  EXPECT_EQ(dotted.fixed.at("hardware.variation.sigma"), Value(1.0));  // a whole number is a number
  EXPECT_EQ(dotted.fixed.at("training.epochs"), Value(std::int64_t{3}));
  EXPECT_EQ(tables.where.at("training.epochs"), "a.toml:4");
}

TEST(Document, AxesKeepTheOrderOfTheFile) {
  const Document of = document(kData +
                               "[sweep]\n\"training.method\" = [\"plain\"]\n\"hardware.variation.sigma\" = [0.1]\n"
                               "\"data.validation\" = [10]\n");
  EXPECT_EQ(swept_keys(of),
            (std::vector<std::string>{"training.method", "hardware.variation.sigma", "data.validation"}));
}

TEST(Document, SweptKeysMayBeQuotedDottedOrNested) {
  EXPECT_EQ(swept_keys(document(kData + "[sweep]\ntraining.epochs = [1]\n\"training.batch\" = [2]\n"
                                        "[sweep.hardware.variation]\nsigma = [0]\n")),
            (std::vector<std::string>{"training.epochs", "training.batch", "hardware.variation.sigma"}));
}

TEST(Document, RangesOfSweptKeysAreDecimal) {
  const Document of = document(kData +
                               "[sweep]\nhardware.variation.sigma = { start = 0.0, stop = 0.15, step = 0.05 }\n"
                               "training.batch = { start = 64, stop = 32, step = -16 }\n");
  EXPECT_EQ(of.swept[0].values, (std::vector<Value>{0.0, 0.05, 0.1, 0.15}));
  EXPECT_EQ(of.swept[1].values, (std::vector<Value>{std::int64_t{64}, std::int64_t{48}, std::int64_t{32}}));
}

TEST(Document, WithoutOverridesKeepsItsTextAsItIs) {
  const std::string text = "# a comment\n" + kData + "training.epochs = 3 # three\n";
  EXPECT_EQ(document(text).text, text);
}

TEST(Document, IsReadFromAFile) {
  const std::string file = (std::filesystem::path(testing::TempDir()) / "ohmcarlo_document.toml").string();
  std::ofstream(file) << kData << "training.epochs = 3\n";
  const Document of = read_document(file, {});
  EXPECT_EQ(of.file, file);
  EXPECT_EQ(of.where.at("training.epochs"), file + ":2");
  std::filesystem::remove(file);
}

TEST(Document, AKeyStandsInItOnce) {
  EXPECT_EQ(refused(kData + "[sweep]\ntraining.epochs = [1, 2]\n\"training.epochs\" = [3]\n"),
            "a.toml:4: 'training.epochs' stands here and at a.toml:3; keep one of them");
  EXPECT_EQ(refused(kData + "training.epochs = 1\n\"training.epochs\" = 2\n").substr(0, 40),
            "a.toml:3: 'training.epochs' stands here ");
}

TEST(Document, KeysOfManyPartsAreRefused) {
  std::string key = "a";
  for (int i = 0; i < 50000; ++i) key += ".a";
  for (const std::string& text : {key + " = 1\n", "[" + key + "]\n", "x = { " + key + " = 1 }\n"})
    EXPECT_THAT(refused(kData + text), ::testing::StartsWith("a.toml:2: a key with more than 1000 dots"));
  std::string numbers = "0.1";
  for (int i = 2; i < 3000; ++i) numbers += ", 0." + std::to_string(i) + "1";
  EXPECT_EQ(document(kData + "[sweep]\n\"hardware.variation.sigma\" = [" + numbers + "]\n").swept[0].values.size(),
            2999U);
}

TEST(Document, FilesWithoutEndAreRefused) {
  EXPECT_EQ(refusal([] { (void)read_document("/dev/zero", {}); }),
            "/dev/zero: longer than 16 MiB, which no experiment is");
  EXPECT_EQ(refusal([] { (void)read_document("/nowhere.toml", {}); }),
            "/nowhere.toml: cannot read the experiment file");
  EXPECT_THAT(refusal([] { (void)read_document("/dev/null", {}); }), ::testing::HasSubstr("is empty"));
  EXPECT_THAT(refusal([] { (void)read_document("/", {}); }), ::testing::HasSubstr("cannot read"));
}

TEST(Document, RewrittenWithOverridesReadsBackTheSame) {
  const std::string text = "[experiment]\nname = \"It's 5 µm\"\nseed = 9\n" +
                           ("[data]\nset = \"mnist\"\n" + std::string()) +
                           "[sweep]\n\"training.method\" = [\"noise-injection\", \"plain\"]\n"
                           "\"hardware.variation.sigma\" = { start = 0.0, stop = 0.3, step = 0.05 }\n";
  const std::vector<std::string> sets = {"training.epochs=2",
                                         "training.learning_rate=1e-30",
                                         "trials.count=7",
                                         "network.hidden=[[50], [20, 10]]",
                                         "training.noise_sigma=[\"tested\", 0.1]",
                                         "trials.common_random_numbers=false",
                                         "hardware.weight_bits=8"};
  const Experiment first = experiment_of(text, sets);
  const Experiment again = experiment_of(first.toml);
  EXPECT_EQ(again.identity, first.identity);
  EXPECT_EQ(again.name, "It's 5 µm");
  EXPECT_EQ(again.toml, first.toml);
  ASSERT_EQ(again.points.size(), first.points.size());
  ASSERT_EQ(again.shape.axes.size(), 4U);
  EXPECT_EQ(again.shape.trials, 7U);
  for (std::size_t i = 0; i < first.shape.axes.size(); ++i) {
    EXPECT_EQ(again.shape.axes[i].key, first.shape.axes[i].key);
    EXPECT_EQ(again.shape.axes[i].values, first.shape.axes[i].values);
  }
  for (std::size_t i = 0; i < first.points.size(); ++i) {
    EXPECT_EQ(again.points[i].training_settings, first.points[i].training_settings);
    EXPECT_EQ(again.points[i].chip_settings, first.points[i].chip_settings);
    EXPECT_EQ(again.points[i].chip_key, first.points[i].chip_key);
  }
}

TEST(Keys, EveryDefaultIsAllowed) {
  for (const Key& key : all_keys()) {
    EXPECT_EQ(find_key(key.path), &key) << key.path << " is there twice";
    EXPECT_FALSE(key.allowed().empty()) << key.path;
    if (key.fallback.empty()) continue;
    const std::string line = std::string(key.path) + " = " + std::string(key.fallback) + "\n";
    const Document of = document(line);
    EXPECT_EQ(of.fixed.at(std::string(key.path)), key.default_value()) << line;
    EXPECT_EQ(document(std::string(key.path) + " = " + to_toml(key.default_value())).fixed, of.fixed);
  }
}

TEST(Keys, ValuesAreWrittenAsTheyAreRead) {
  EXPECT_EQ(to_toml(Value(true)), "true");
  EXPECT_EQ(to_toml(Value(0.15)), "0.15");
  EXPECT_EQ(to_toml(Value(1e-30)), "1e-30");
  EXPECT_EQ(to_toml(Value(std::int64_t{-3})), "-3");
  EXPECT_EQ(to_toml(Value(std::string("plain"))), "\"plain\"");
  EXPECT_EQ(to_toml(Value(std::vector<std::int64_t>{1, 2})), "[1, 2]");
}

}  // namespace document_test
}  // namespace ohmcarlo::document_tests
