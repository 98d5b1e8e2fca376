#include "experiment/settings.hpp"

#include <algorithm>
#include <optional>

#include "experiment/refusal.hpp"

namespace ohmcarlo {
namespace settings_test {

const std::string kData = "data.set = \"mnist\"\n";

std::optional<ResolvedSetting> setting(const std::vector<ResolvedSetting>& settings, const std::string& key) {
  const auto found = std::ranges::find(settings, key, &ResolvedSetting::key);
  return found == settings.end() ? std::nullopt : std::optional(*found);
}

ResolvedSetting shared(const std::string& key, SettingValue value) {
  return {key, {}, {std::move(value)}};
}

TEST(SettingValue, KeepsNumbersWordsAndTruthsAndWritesListsAsToml) {
  EXPECT_EQ(setting_value(std::int64_t{3}), SettingValue(std::int64_t{3}));
  EXPECT_EQ(setting_value(3.0), SettingValue(3.0));
  EXPECT_EQ(setting_value(true), SettingValue(true));
  EXPECT_EQ(setting_value(std::string("mnist")), SettingValue(std::string("mnist")));
  EXPECT_EQ(setting_value(std::vector<std::int64_t>{5, 6}), SettingValue(std::string("[5, 6]")));
  EXPECT_EQ(setting_value(std::vector<std::string>{}), SettingValue(std::string("[]")));
}

TEST(Settings, SharedOnesIncludeDefaultsAndWhatTheWholeExperimentReads) {
  const std::vector<ResolvedSetting> settings = settings_of(experiment_of(kData, {"training.replicas=3"}));
  EXPECT_EQ(setting(settings, "training.epochs"), shared("training.epochs", std::int64_t{10}));
  EXPECT_EQ(setting(settings, "training.learning_rate"), shared("training.learning_rate", 1e-3));
  EXPECT_EQ(setting(settings, "training.flip"), shared("training.flip", false));
  EXPECT_EQ(setting(settings, "network.hidden"), shared("network.hidden", "[100]"));
  EXPECT_EQ(setting(settings, "training.replicas"), shared("training.replicas", std::int64_t{3}));
  EXPECT_EQ(setting(settings, "classes"), shared("classes", std::int64_t{10}));
  EXPECT_FALSE(setting(settings, "training.momentum")) << "no point reads it";
  EXPECT_TRUE(std::ranges::is_sorted(settings, {}, &ResolvedSetting::key));
}

TEST(Settings, AnAxisThatEveryPointReadsHasNoEntry) {
  const std::vector<ResolvedSetting> settings =
      settings_of(experiment_of(kData + "[sweep]\n\"hardware.variation.sigma\" = [0.1, 0.2]\n"));
  EXPECT_FALSE(setting(settings, "hardware.variation.sigma"));
}

TEST(Settings, DifferingOnesStandOverTheAxesTheyDependOn) {
  const std::vector<ResolvedSetting> settings = settings_of(
      experiment_of(kData + "[sweep]\n\"training.epochs\" = [1, 2]\n\"hardware.variation.sigma\" = [0.1, 0.2]\n"
                            "\"training.method\" = [\"plain\", \"noise-injection\"]\n"));
  // Resolved from "tested" where training is noisy, not read elsewhere.
  const SettingValue unread;
  EXPECT_EQ(setting(settings, "training.noise_sigma"),
            (ResolvedSetting{"training.noise_sigma", {1, 2}, {unread, 0.1, unread, 0.2}}));
  EXPECT_EQ(setting(settings, "training.validation_chips"),
            (ResolvedSetting{"training.validation_chips", {2}, {unread, std::int64_t{4}}}));
  EXPECT_FALSE(setting(settings, "training.method"));
}

TEST(Settings, AnAxisThatSomePointsDoNotReadHasAnEntry) {
  const std::vector<ResolvedSetting> settings =
      settings_of(experiment_of(kData + "[sweep]\n\"training.method\" = [\"plain\", \"kure\"]\n"
                                        "\"training.logit_scale\" = [1, 4]\n"));
  const SettingValue unread;
  EXPECT_EQ(setting(settings, "training.logit_scale"),
            (ResolvedSetting{"training.logit_scale", {0, 1}, {1.0, 4.0, unread, unread}}));
}

TEST(Settings, ClassesFollowTheDataSet) {
  const std::vector<ResolvedSetting> settings =
      settings_of(experiment_of("[sweep]\n\"data.set\" = [\"mnist\", \"cifar100\"]\n"));
  EXPECT_EQ(setting(settings, "classes"), (ResolvedSetting{"classes", {0}, {std::int64_t{10}, std::int64_t{100}}}));
}

/// Of the table that holds both experiments.
std::vector<ResolvedSetting> joined(const Experiment& wanted, const Experiment& old) {
  return settings_of(wanted, merge_shapes(wanted.shape, old.shape), settings_of(old), old.shape);
}

TEST(Settings, OfTwoExperimentsInOneTableAreThoseOfEachAtItsPoints) {
  const std::string noisy = kData + "training.method = \"noise-injection\"\n[sweep]\n\"hardware.variation.sigma\" = ";
  const std::vector<ResolvedSetting> settings =
      joined(experiment_of(noisy + "[0.1, 0.4]\n", {"trials.count=7"}), experiment_of(noisy + "[0.2, 0.3]\n"));
  EXPECT_EQ(setting(settings, "training.noise_sigma"),
            (ResolvedSetting{"training.noise_sigma", {0}, {0.1, 0.2, 0.3, 0.4}}));
  EXPECT_EQ(setting(settings, "trials.count"), shared("trials.count", std::int64_t{7}))
      << "of the experiment, not a point";
  EXPECT_EQ(setting(settings, "training.epochs"), shared("training.epochs", std::int64_t{10}));
}

// Who counts chips later does not undo that they were once decided on while they came in.
TEST(Settings, TheRuleOfAnEarlierExperimentStays) {
  const std::string base = kData + "hardware.simulate = \"weights\"\n";
  const std::string sigmas = "[sweep]\n\"hardware.variation.sigma\" = ";
  const Experiment ruled = experiment_of(
      base + "network.hidden = [4]\ntrials.until = { half_width = 0.01, max = 60 }\n" + sigmas + "[0.1, 0.2]\n");
  const Experiment counted =
      experiment_of(base + "network.hidden = [4]\ntrials.count = 80\n" + sigmas + "[0.1, 0.2, 0.3]\n");
  const std::vector<ResolvedSetting> settings = settings_of(counted, counted.shape, settings_of(ruled), ruled.shape);
  EXPECT_EQ(setting(settings, "trials.until.half_width"), shared("trials.until.half_width", 0.01));
  EXPECT_EQ(setting(settings, "trials.until.max"), shared("trials.until.max", std::int64_t{60}));
  EXPECT_EQ(setting(settings, "chips_per_unit"), shared("chips_per_unit", std::int64_t{8}));
  EXPECT_EQ(setting(settings, "trials.count"), shared("trials.count", std::int64_t{80}));
  EXPECT_TRUE(std::ranges::is_sorted(settings, {}, &ResolvedSetting::key));
}

TEST(Settings, AKeyOfAddedPointsIsUnreadAtTheOthers) {
  const std::string sweep = kData + "[sweep]\n\"training.method\" = ";
  const std::vector<ResolvedSetting> settings =
      joined(experiment_of(sweep + "[\"kure\"]\n"), experiment_of(sweep + "[\"plain\"]\n"));
  const SettingValue unread;
  EXPECT_EQ(setting(settings, "training.kurtosis.target"),
            (ResolvedSetting{"training.kurtosis.target", {0}, {1.8, unread}}));
  EXPECT_EQ(setting(settings, "training.logit_scale"), (ResolvedSetting{"training.logit_scale", {0}, {unread, 1.0}}));
}

TEST(Settings, OfAnOldFileThatHasNoneAreThoseOfTheExperiment) {
  const Experiment experiment = experiment_of(kData + "[sweep]\n\"training.method\" = [\"plain\", \"kure\"]\n");
  Shape larger = experiment.shape;
  larger.axes[0].values.emplace_back("ovf");
  const std::vector<ResolvedSetting> settings = settings_of(experiment, larger, {}, larger);
  EXPECT_EQ(setting(settings, "training.epochs"), shared("training.epochs", std::int64_t{10}));
  const SettingValue unknown;
  EXPECT_EQ(setting(settings, "training.kurtosis.target"),
            (ResolvedSetting{"training.kurtosis.target", {0}, {unknown, 1.8, unknown}}));
}

}  // namespace settings_test
}  // namespace ohmcarlo
