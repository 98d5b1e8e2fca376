#include <filesystem>
#include <fstream>

#include "experiment/refusal.hpp"

namespace ohmcarlo {
namespace {

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

TEST(Set, NumbersWordsAndListsAreRead) {
  const Document of =
      document(kData, {"training.epochs=7", "training.method=noise-injection", "hardware.variation.sigma=1e-2",
                       "experiment.name=\"two words\"", "data.directory=/some/dir", "network.hidden=[50, 20]",
                       "trials.common_random_numbers=false"});
  EXPECT_EQ(of.fixed.at("training.epochs"), Value(std::int64_t{7}));
  EXPECT_EQ(of.fixed.at("training.method"), Value(std::string("noise-injection")));
  EXPECT_EQ(of.fixed.at("hardware.variation.sigma"), Value(0.01));
  EXPECT_EQ(of.fixed.at("experiment.name"), Value(std::string("two words")));
  EXPECT_EQ(of.fixed.at("data.directory"), Value(std::string("/some/dir")));
  EXPECT_EQ(of.fixed.at("network.hidden"), Value(std::vector<std::int64_t>{50, 20}));
  EXPECT_EQ(of.fixed.at("trials.common_random_numbers"), Value(false));
}

TEST(Set, ListsSweepTheKey) {
  const Document of = document(kData + "hardware.variation.sigma = 0.3\n", {"hardware.variation.sigma=[0, 0.1]"});
  EXPECT_FALSE(of.fixed.contains("hardware.variation.sigma"));
  ASSERT_EQ(swept_keys(of), std::vector<std::string>{"hardware.variation.sigma"});
  EXPECT_EQ(of.swept[0].values, (std::vector<Value>{0.0, 0.1}));
  EXPECT_EQ(document(kData, {"hardware.variation.sigma={ start = 0, stop = 0.2, step = 0.1 }"}).swept[0].values,
            (std::vector<Value>{0.0, 0.1, 0.2}));
}

TEST(Set, ListsReplaceTheValuesOfAnAxisInItsPlace) {
  const Document of = document(kData + "[sweep]\nhardware.variation.sigma = [0.1]\ntraining.epochs = [1, 2]\n",
                               {"hardware.variation.sigma=[0.3, 0.4]"});
  EXPECT_EQ(swept_keys(of), (std::vector<std::string>{"hardware.variation.sigma", "training.epochs"}));
  EXPECT_EQ(of.swept[0].values, (std::vector<Value>{0.3, 0.4}));
}

TEST(Set, OneValueTakesAKeyOutOfTheSweep) {
  const Document of = document(kData + "[sweep]\nhardware.variation.sigma = [0.1, 0.2]\ntraining.epochs = [1, 2]\n",
                               {"hardware.variation.sigma=0.2"});
  EXPECT_EQ(swept_keys(of), std::vector<std::string>{"training.epochs"});
  EXPECT_EQ(of.fixed.at("hardware.variation.sigma"), Value(0.2));
}

TEST(Set, AListIsTheValueOfAKeyOfLists) {
  EXPECT_EQ(document(kData, {"network.hidden=[50]"}).fixed.at("network.hidden"), Value(std::vector<std::int64_t>{50}));
  const Document none = document(kData, {"network.hidden=[]"});
  EXPECT_EQ(none.fixed.at("network.hidden"), Value(std::vector<std::int64_t>{}));
  const Document swept = document(kData, {"network.hidden=[[50], [20, 10], []]"});
  ASSERT_EQ(swept_keys(swept), std::vector<std::string>{"network.hidden"});
  EXPECT_EQ(swept.swept[0].values, (std::vector<Value>{std::vector<std::int64_t>{50}, std::vector<std::int64_t>{20, 10},
                                                       std::vector<std::int64_t>{}}));
}

TEST(Set, TheLastOfSeveralHolds) {
  EXPECT_EQ(document(kData, {"training.epochs=1", "training.epochs=2"}).fixed.at("training.epochs"),
            Value(std::int64_t{2}));
}

TEST(Set, WhatCannotBeReadIsRefused) {
  for (const std::string text : {"training.epochs", "=3", "training.epochs="})
    EXPECT_EQ(refusal([&] { (void)parse_override(text); }),
              "--set " + text + ": needs KEY=VALUE, for example --set trials.count=20");
  EXPECT_EQ(parse_override("a=b=c").value, "b=c");
  EXPECT_EQ(refused(kData, {"training.epoch=3"}),
            "--set training.epoch=3: unknown key 'training.epoch' (did you mean 'training.epochs'?)");
  EXPECT_EQ(refused(kData, {"training.epochs=many"}),
            "--set training.epochs=many: 'training.epochs' is 'many' (allowed: a whole number from 0 to 1000000)");
  EXPECT_EQ(refused(kData, {"training.epochs=[1"}),
            "--set training.epochs=[1: 'training.epochs' is [1 (allowed: a whole number from 0 to 1000000)");
  EXPECT_EQ(
      refused(kData, {"hardware.variation.sigma=-1"}),
      "--set hardware.variation.sigma=-1: 'hardware.variation.sigma' is -1 (allowed: a number from 0 to 1000000)");
  EXPECT_EQ(refused(kData, {"training.replicas=[1, 2]"}),
            "--set training.replicas=[1, 2]: 'training.replicas' cannot be swept");
  EXPECT_EQ(refused(kData, {"hardware.variation.sigma=[]"}),
            "--set hardware.variation.sigma=[]: the sweep of 'hardware.variation.sigma' has no values");
  EXPECT_EQ(refused(kData, {"training.momentum=0.5"}),
            "--set training.momentum=0.5: no point of this experiment reads 'training.momentum' (momentum of optimiser "
            "sgd); remove it, "
            "or choose settings that use it");
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
    EXPECT_EQ(of.fixed.at(std::string(key.path)), default_value(key)) << line;
    EXPECT_EQ(document(std::string(key.path) + " = " + to_toml(default_value(key))).fixed, of.fixed);
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

}  // namespace
}  // namespace ohmcarlo
