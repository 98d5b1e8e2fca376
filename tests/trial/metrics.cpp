#include "trial/metrics.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <gmock/gmock.h>

#include "experiment/refusal.hpp"
#include "network/architecture.hpp"

namespace ohmcarlo {
namespace metrics_test {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsSupersetOf;
using ::testing::Not;

const std::string kData = "data.set = \"mnist\"\n";
const std::string kArrays = kData + "hardware.simulate = \"arrays\"\nhardware.g_min = 1e-6\nhardware.g_max = 1e-4\n";
const std::string kDefective = kArrays + "hardware.mapping = \"mid-point\"\nhardware.defects.rate = 0.1\n";

std::vector<std::string> names_of(const Experiment& experiment) {
  std::vector<std::string> names;
  for (const Metric& metric : metrics_of(experiment)) names.push_back(metric.name);
  return names;
}

TEST(Metrics, StandardMetricsComeFirst) {
  for (const std::string& text : {kData, kDefective}) {
    const std::vector<Metric> metrics = metrics_of(experiment_of(text));
    ASSERT_GE(metrics.size(), standard_metrics().size());
    for (std::size_t m = 0; m < standard_metrics().size(); ++m) {
      EXPECT_EQ(metrics[m].name, standard_metrics()[m].name);
      EXPECT_EQ(metrics[m].units, standard_metrics()[m].units);
      EXPECT_EQ(metrics[m].meaning, standard_metrics()[m].meaning);
      EXPECT_TRUE(metrics[m].dimensions.empty());
    }
  }
}

// Without these readers average what cannot be averaged, or count one number of a network once a chip.
TEST(Metrics, SayWhatTheirMeansAreWeightedByAndWhichAreOfNetworks) {
  for (const Metric& metric :
       metrics_of(experiment_of(kDefective, {"deployment.steps=[\"in-situ\"]", "trials.weight_statistics=true",
                                             "trials.class_accuracy=true"}))) {
    EXPECT_EQ(metric.pooled_over, metric.name == "ekl" ? "correct" : "") << metric.name;
    const bool of_weights =
        metric.name == "kurtosis" || metric.name == "weight_entropy" || metric.name == "relative_error";
    EXPECT_EQ(metric.of_training, of_weights) << metric.name;
  }
}

// A figure or a file shows one of them without the others: "the same after them" says nothing there.
TEST(Metrics, EveryMeaningCanBeReadAlone) {
  std::set<std::string> meanings;
  for (const MetricDescription& metric : describe_metrics()) {
    EXPECT_THAT(metric.meaning, Not(::testing::ContainsRegex("(^| )(the same|such|those codes|them|it)( |$)")))
        << metric.name;
    EXPECT_GE(std::ranges::count(metric.meaning, ' '), 4) << metric.name << " is named, not described";
    EXPECT_TRUE(meanings.insert(metric.meaning).second) << metric.name << " means what another one does";
  }
}

TEST(Metrics, OfSampledImagesSayHowManyAndPoolOverAccuracies) {
  for (const std::string images : {"\"two-stage\"", "100"}) {
    const std::vector<Metric> metrics = metrics_of(experiment_of(kData, {"trials.images=" + images}));
    std::vector<std::string> names;
    for (const Metric& metric : metrics) names.push_back(metric.name);
    EXPECT_THAT(names, ElementsAre("accuracy", "loss", "ekl", "correct", "sampled_images", "accuracy_sampling_variance",
                                   "loss_sampling_variance"));
    EXPECT_EQ(metrics[kEkl].pooled_over, "accuracy") << "numbers of right images are not known";
  }
  EXPECT_EQ(metrics_of(experiment_of(kData, {"trials.images=\"all\""}))[kEkl].pooled_over, "correct");
}

// The order of results files: whoever reads them by position relies on it.
TEST(Metrics, ArraysAndDeploymentAddTheirsInAFixedOrder) {
  EXPECT_THAT(names_of(experiment_of(kData)), ElementsAre("accuracy", "loss", "ekl", "correct"));
  EXPECT_THAT(names_of(experiment_of(kDefective, {"deployment.steps=[\"in-situ\"]", "trials.weight_statistics=true",
                                                  "trials.class_accuracy=true", "trials.confusion=true"})),
              ElementsAre("accuracy", "loss", "ekl", "correct", "correlation", "saturation", "fault_rate", "sigma",
                          "error_before", "error_after", "writes", "updates", "kurtosis", "weight_entropy",
                          "relative_error", "class_accuracy", "confusion"));
}

TEST(Metrics, OnePointThatHasAMetricIsEnough) {
  const Experiment mixed = experiment_of(
      kData + "hardware.variation.sigma = 0.1\n[sweep]\n\"hardware.simulate\" = [\"weights\", \"arrays\"]\n");
  EXPECT_THAT(names_of(mixed), IsSupersetOf({"correlation", "saturation", "fault_rate", "sigma"}));
}

TEST(Metrics, DeploymentAddsTheirsOnlyWhereAskedFor) {
  EXPECT_THAT(names_of(experiment_of(kDefective)), Not(Contains("error_after")));
  const std::vector<std::string> calibrated = names_of(experiment_of(kDefective, {"deployment.steps=[\"calibrate\"]"}));
  EXPECT_THAT(calibrated, IsSupersetOf({"error_before", "error_after"}));
  EXPECT_THAT(calibrated, Not(Contains("writes")));
  EXPECT_THAT(names_of(experiment_of(kDefective, {"deployment.steps=[\"in-situ\"]"})),
              IsSupersetOf({"writes", "updates"}));
}

TEST(Metrics, AnAcceleratorAddsTheirsWhichAreAlikeForAllChipsOfANetwork) {
  const std::string converters = "hardware.dac.bits=8\nhardware.dac.serial=true\nhardware.adc.bits=8\n";
  EXPECT_THAT(names_of(experiment_of(kArrays + converters)), Not(Contains("cycles")));
  const std::vector<Metric> metrics = metrics_of(experiment_of(kArrays + converters + "accelerator.converters=2\n"));
  ASSERT_EQ(metrics.size(), 11U);
  EXPECT_EQ(metrics[8].name, "cycles");
  EXPECT_EQ(metrics[9].name, "energy_pJ");
  EXPECT_EQ(metrics[10].name, "utilisation");
  for (std::size_t m = 8; m < 11; ++m) EXPECT_TRUE(metrics[m].of_training);
}

TEST(Metrics, KeptAnswersHaveTheClassesOfTheLargestDataSet) {
  const std::vector<Metric> metrics = metrics_of(experiment_of(
      "trials.class_accuracy = true\ntrials.confusion = true\n[sweep]\n\"data.set\" = [\"mnist\", \"cifar100\"]\n"));
  ASSERT_EQ(metrics.size(), standard_metrics().size() + 2);
  EXPECT_EQ(metrics[4].dimensions, (std::vector<Dimension>{{"class", 100}}));
  EXPECT_EQ(metrics[5].dimensions, (std::vector<Dimension>{{"class", 100}, {"answer", 100}}));
}

TEST(Metrics, TheDimensionLayerHoldsTheDeepestNetwork) {
  const auto layers = [](const std::string& text) {
    return metrics_of(experiment_of("trials.weight_statistics = true\n" + text)).back().dimensions;
  };
  EXPECT_EQ(layers(kData + "network.hidden = []\n"), (std::vector<Dimension>{{"layer", 1}}));
  EXPECT_EQ(layers(kData + "[sweep]\n\"network.hidden\" = [[5], [5, 6, 7], [5, 6]]\n"),
            (std::vector<Dimension>{{"layer", 4}}));
}

/// A network of two layers and an outcome of two chips' worth of numbers, all different.
class Computed : public ::testing::Test {
 protected:
  Computed() {
    outcome_.tally = {
        .images = 8, .correct = 5, .loss_sum = 4, .correct_ekl = 2, .confusion = {3, 1, 2, 2}, .class_images = {4, 4}};
    ArrayLayerOutcome layer;
    layer.correlation = 0.75;
    layer.saturation = 0.125;
    layer.cells.cells = 10;
    layer.cells.stuck = 2;
    layer.cells.error_squares = 32;  // over the 8 that are not stuck: a root mean square of 2
    layer.cells.pulses = 25;
    outcome_.layers = {layer};
    outcome_.deployment = {.writes = 77, .updates = 6, .error_before = {0.5}, .error_after = {0.25}};
  }

  /// The values of metric `name` of an experiment, [its size].
  std::vector<double> compute(const Experiment& experiment, const std::string& name) {
    const MetricSet set(experiment);
    const std::vector<double> values = set.compute({model_, test_, outcome_});
    std::size_t at = 0;
    for (const Metric& metric : set.descriptors()) {
      if (metric.name == name) return {values.begin() + at, values.begin() + at + metric.size()};
      at += metric.size();
    }
    ADD_FAILURE() << "no metric " << name;
    return {};
  }

  static TrainedNetwork network() {
    const NetworkSpec spec = mlp(4, {3}, "relu", 2);
    TrainedNetwork network{spec, {initial_parameters(spec, 1, 0), {}}};
    auto& weights = network.state.parameters[0].weights;  // +-0.5 in turn: two codes, +-127, equally often
    for (std::ptrdiff_t i = 0; i < weights.size(); ++i) weights.data()[i] = i % 2 == 0 ? 0.5F : -0.5F;
    return network;
  }

  LoadedModel model_{network(), {}, false};
  SampleSet test_;
  ChipOutcome outcome_;
};

TEST_F(Computed, StandardMetricsAreThoseOfTheTally) {
  const Experiment experiment = experiment_of(kData);
  EXPECT_THAT(MetricSet(experiment).compute({model_, test_, outcome_}), ElementsAre(0.625, 0.5, 0.4, 5));
}

TEST_F(Computed, ArraysYieldTheirLayersAndLeaveTheOthersEmpty) {
  const Experiment experiment =
      experiment_of(kArrays + "hardware.write_verify.tolerance = 0.1\nnetwork.hidden = [3]\n");
  const auto first_of_two = [&](const std::string& name) {
    const std::vector<double> values = compute(experiment, name);
    EXPECT_EQ(values.size(), 2U);
    EXPECT_TRUE(std::isnan(values.back()));
    return values.front();
  };
  EXPECT_EQ(first_of_two("correlation"), 0.75);
  EXPECT_EQ(first_of_two("saturation"), 0.125);
  EXPECT_EQ(first_of_two("fault_rate"), 0.2);
  EXPECT_EQ(first_of_two("sigma"), 2);
  EXPECT_EQ(first_of_two("pulses"), 2.5);
}

TEST_F(Computed, DeploymentIsThatOfTheChipAndOfNoneWithoutArrays) {
  const Experiment experiment = experiment_of(kDefective + "network.hidden = []\n", {"deployment.steps=[\"in-situ\"]"});
  EXPECT_THAT(compute(experiment, "error_before"), ElementsAre(0.5));
  EXPECT_THAT(compute(experiment, "error_after"), ElementsAre(0.25));
  EXPECT_THAT(compute(experiment, "writes"), ElementsAre(77));
  EXPECT_THAT(compute(experiment, "updates"), ElementsAre(6));
  outcome_.layers.clear();
  EXPECT_TRUE(std::isnan(compute(experiment, "writes").front()));
  EXPECT_TRUE(std::isnan(compute(experiment, "updates").front()));
}

TEST_F(Computed, WeightStatisticsAreThoseOfTheModel) {
  const Experiment experiment = experiment_of(kData + "network.hidden = [3]\ntrials.weight_statistics = true\n");
  const std::vector<double> entropy = compute(experiment, "weight_entropy");
  ASSERT_EQ(entropy.size(), 2U);
  EXPECT_EQ(entropy[0], 1);
  EXPECT_GT(entropy[1], 0);
  EXPECT_DOUBLE_EQ(compute(experiment, "kurtosis")[0], 1);
  EXPECT_DOUBLE_EQ(compute(experiment, "relative_error")[0], 1.0 / 127);
}

// What a sample says of all images, and how well; nobody counted how many are right.
TEST_F(Computed, SampledChipsSayHowWellTheyKnow) {
  const Experiment experiment = experiment_of(kData, {"trials.images=50"});
  const MetricSet set(experiment);
  const SampleEvidence evidence{.images = 50, .accuracy_variance = 0.25, .loss_variance = 0.75};
  const std::vector<double> sampled = set.compute({model_, test_, outcome_, &evidence});
  ASSERT_EQ(sampled.size(), 7U);
  EXPECT_EQ(sampled[kAccuracy], 0.625);
  EXPECT_EQ(sampled[kEkl], 0.4);
  EXPECT_TRUE(std::isnan(sampled[kCorrect]));
  EXPECT_EQ(std::vector<double>(sampled.begin() + 4, sampled.end()), (std::vector<double>{50, 0.25, 0.75}));
  const std::vector<double> all = set.compute({model_, test_, outcome_});
  EXPECT_EQ(all[kCorrect], 5) << "a chip that stands for all sees all images";
  EXPECT_EQ(std::vector<double>(all.begin() + 5, all.end()), (std::vector<double>{0, 0}));
}

// A point of two classes in an experiment that has a point of a hundred.
TEST_F(Computed, AnswersOfFewerClassesStandInTheFirstRowsAndColumns) {
  const Experiment experiment = experiment_of(
      "trials.class_accuracy = true\ntrials.confusion = true\n[sweep]\n\"data.set\" = [\"mnist\", \"cifar100\"]\n");
  const std::vector<double> recall = compute(experiment, "class_accuracy");
  ASSERT_EQ(recall.size(), 100U);
  EXPECT_EQ(recall[0], 0.75);
  EXPECT_EQ(recall[1], 0.5);
  EXPECT_TRUE(std::isnan(recall[2]));
  const std::vector<double> confusion = compute(experiment, "confusion");
  ASSERT_EQ(confusion.size(), 10000U);
  EXPECT_EQ(confusion[0], 3);
  EXPECT_EQ(confusion[1], 1);
  EXPECT_TRUE(std::isnan(confusion[2]));
  EXPECT_EQ(confusion[100], 2);
  EXPECT_EQ(confusion[101], 2);
  EXPECT_TRUE(std::isnan(confusion[102]));
}

TEST(Metrics, ChipsThatCannotBeEvaluatedHaveNoValues) {
  const MetricSet set(experiment_of(kData + "trials.class_accuracy = true\n"));
  EXPECT_EQ(set.none().size(), 14U);
  for (const double value : set.none()) EXPECT_TRUE(std::isnan(value));
}

TEST(Metrics, AccuracyOnValidationDataIsThereWhereAskedForAndWhereRacedOn) {
  EXPECT_THAT(names_of(experiment_of(kData)), Not(Contains("validation_accuracy")));
  EXPECT_THAT(names_of(experiment_of(kData, {"trials.validation_accuracy=true"})), Contains("validation_accuracy"));
  const std::string swept = "[sweep]\n\"training.epochs\" = [1, 2]\n";
  EXPECT_THAT(names_of(experiment_of("trials.race.axis = \"training.epochs\"\n" + kData + swept)),
              Contains("validation_accuracy"));
}

}  // namespace metrics_test
}  // namespace ohmcarlo
