// Settings of the command line: --set KEY=VALUE.

#include "experiment/refusal.hpp"

namespace ohmcarlo::overrides_tests {
namespace overrides_test {

const std::string kData = "data.set = \"mnist\"\n";

Document document(const std::string& text, const std::vector<std::string>& sets = {}) {
  return parse_document(text, "a.toml", overrides(sets));
}

std::vector<std::string> swept_keys(const Document& of) {
  std::vector<std::string> keys;
  for (const SweptKey& swept : of.swept) keys.push_back(swept.path);
  return keys;
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

TEST(Set, ATableIsTheValueOfAKeyOfTables) {
  const MeanAndSd half{{0.5}, {0.25}};
  const Document fixed = document(kData, {"data.scaling={ mean = [0.5], sd = [0.25] }"});
  EXPECT_EQ(fixed.fixed.at("data.scaling"), Value(half));
  EXPECT_EQ(parse_document(fixed.text, "b.toml", {}).fixed, fixed.fixed) << "it is written as it is read";
  const Document swept = document(kData, {"data.scaling=[\"unit\", { mean = [0.5], sd = [0.25] }]"});
  ASSERT_EQ(swept_keys(swept), std::vector<std::string>{"data.scaling"});
  EXPECT_EQ(swept.swept[0].values, (std::vector<Value>{std::string("unit"), half}));
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
            "or set training.optimizer = \"sgd\"");
}

}  // namespace overrides_test
}  // namespace ohmcarlo::overrides_tests
