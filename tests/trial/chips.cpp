#include "trial/chips.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <map>
#include <numeric>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "chip/group.hpp"
#include "chip/programming.hpp"
#include "chip/weight_chips.hpp"
#include "data/subset.hpp"
#include "deployment/array_chips.hpp"
#include "statistics/image_sample.hpp"
#include "trial/small_job.hpp"

namespace ohmcarlo::test {
namespace chips_test {

// Values of a swept experiment end at the places that its metrics name, whatever the point is simulated with.
TEST(Evaluations, FloatWeightsHaveNoMetricsOfArrays) {
  SmallJob job(
      "[network]\nhidden = []\n[training]\nepochs = 1\n[trials]\ncount = 1\n[hardware.variation]\nsigma = 0.1\n"
      "[sweep]\n\"hardware.simulate\" = [\"weights\", \"arrays\"]\n");
  const MetricSet metrics(job.experiment());
  ASSERT_EQ(metrics.descriptors()[4].name, "correlation");
  Models models(job.experiment(), job.plan(), job.data(), job.models, job.clock());
  Evaluations evaluations(job.experiment(), job.plan(), job.data(), models);
  const ChipResult weights = evaluations.evaluate(0, 0, never).front();
  const ChipResult arrays = evaluations.evaluate(1, 0, never).front();
  ASSERT_EQ(weights.values.size(), metrics.values());
  ASSERT_EQ(arrays.values.size(), metrics.values());
  EXPECT_TRUE(std::isnan(weights.values[4]));
  EXPECT_GT(arrays.values[4], 0.5) << "errors of a tenth leave products correlated";
  EXPECT_LT(arrays.values[4], 1);
}

TEST(Evaluations, AUnitIsAWholeGroupOfChips) {
  SmallJob job("[network]\nhidden = []\n[training]\nepochs = 1\n[trials]\ncount = 3\n");
  Models models(job.experiment(), job.plan(), job.data(), job.models, job.clock());
  Evaluations evaluations(job.experiment(), job.plan(), job.data(), models);
  EXPECT_EQ(evaluations.evaluate(0, 0, never).size(), job.plan().evaluations[0].unit_chips);
}

// 784-10, 8 reads of inputs that are never negative, arrays of 784 x 10: nobody asks the program for these numbers.
TEST(Evaluations, AnAcceleratorYieldsCyclesAndEnergyWithoutAnotherTraining) {
  SmallJob job(
      "[network]\nhidden = []\n[training]\nepochs = 1\n[trials]\ncount = 1\n[hardware]\nsimulate = \"arrays\"\n"
      "weight_bits = 7\ndac.bits = 8\ndac.serial = true\nadc.bits = 8\n"
      "[sweep]\n\"accelerator.converters\" = [10, 1]\n");
  ASSERT_EQ(job.plan().models.size(), 1U) << "converters are no part of a training";
  ASSERT_EQ(job.plan().evaluations.size(), 2U);
  Models models(job.experiment(), job.plan(), job.data(), job.models, job.clock());
  Evaluations evaluations(job.experiment(), job.plan(), job.data(), models);
  const MetricSet metrics(job.experiment());
  const auto value = [&](std::uint32_t evaluation, const std::string& name) {
    const std::vector<double> values = evaluations.evaluate(evaluation, 0, never).front().values;
    std::size_t at = 0;
    for (const Metric& metric : metrics.descriptors()) {
      if (metric.name == name) return values.at(at);
      at += metric.size();
    }
    ADD_FAILURE() << "no metric " << name;
    return 0.0;
  };
  // 25 cycles in, 8 reads of 128, the last conversions, shift-add, 1 cycle out.
  EXPECT_EQ(value(0, "cycles"), 25 + 8 * 128 + 1 + 1 + 1);
  EXPECT_EQ(value(1, "cycles"), 25 + 8 * 128 + 10 + 1 + 1);
  EXPECT_DOUBLE_EQ(value(0, "utilisation"), 8 * 1 / 1052.0);
  EXPECT_DOUBLE_EQ(value(1, "utilisation"), 8 * 10 / 1061.0);
  // Two arrays of a pair: 784 rows each over 8 reads of 100 ns; 80 conversions; a shift-add for 8 cycles; 25 and 1
  // cycles of the buffers; 80 sample-and-holds over 100 ns. No function of values follows.
  const double cycle = 0.78125;
  EXPECT_NEAR(
      value(0, "energy_pJ"),
      8 * 100 * 2 * (0.3 + 784 * 0.00391) + cycle * (80 * 2 + 8 * 0.05 + 25 * 1.24 + 0.23) + 80 * 100 * 9.76563e-6,
      1e-6);
  EXPECT_EQ(value(0, "accuracy"), value(1, "accuracy"));
}

// Pixels less their mean are negative, too: with a sign, 8 bits are 7 reads, which only calibration knows.
TEST(Evaluations, AnAcceleratorReadsAsOftenAsCalibrationHasFound) {
  SmallJob job(
      "data.scaling = \"centred\"\n[network]\nhidden = []\n[training]\nepochs = 1\n[trials]\ncount = 1\n"
      "[hardware]\nsimulate = \"arrays\"\ndac.bits = 8\ndac.serial = true\nadc.bits = 8\n"
      "[accelerator]\nconverters = 10\n");
  Models models(job.experiment(), job.plan(), job.data(), job.models, job.clock());
  Evaluations evaluations(job.experiment(), job.plan(), job.data(), models);
  (void)evaluations.evaluate(0, 0, never);
  ASSERT_NE(evaluations.last(), nullptr);
  ASSERT_NE(evaluations.last()->account_or_null(), nullptr);
  EXPECT_EQ(evaluations.last()->account_or_null()->cycles, 25 + 7 * 128 + 1 + 1 + 1);
}

/// The loss of a network without hardware on all test images.
double loss_of(const TrainedNetwork& network, const std::shared_ptr<const EvaluationSet>& test) {
  const auto chips = make_weight_chips(std::make_shared<const TrainedNetwork>(network), Variation{}, test, 1);
  chips->program({}, never);
  return chips->evaluate(test->all(), never).front().tally.loss();
}

/// The number of the evaluation of this point and replica.
std::uint32_t evaluation_of(const Plan& plan, std::size_t point, std::size_t replica) {
  for (std::uint32_t i = 0; i < plan.evaluations.size(); ++i) {
    const EvaluationTask task = plan.evaluations[i];
    if (task.points.front() == point && task.replica == replica) return i;
  }
  ADD_FAILURE() << "no such evaluation";
  return 0;
}

/// Everything that evaluates the chips of a job.
struct Bench {
  SmallJob job;
  Models models{job.experiment(), job.plan(), job.data(), job.models, job.clock()};
  Evaluations evaluations{job.experiment(), job.plan(), job.data(), models};

  explicit Bench(const std::string& text) : job(text) {}
  std::vector<ChipResult> evaluate(std::size_t point, std::size_t replica, std::uint32_t unit) {
    return evaluations.evaluate(evaluation_of(job.plan(), point, replica), unit, never);
  }
  std::shared_ptr<const LoadedModel> model_of(std::size_t point, std::size_t replica) {
    const EvaluationTask task = job.plan().evaluations[evaluation_of(job.plan(), point, replica)];
    return models.load(task.model, false, never);
  }
};

// Chips by hand: a cell's error is that of the key, the replica and the number of the chip, which units go through.
TEST(Evaluations, AChipIsThatOfItsPointReplicaAndNumber) {
  for (const std::string common : {"true", "false"}) {
    Bench bench(
        "[network]\nhidden = [6]\n[training]\nepochs = 1\nbatch = 20\nreplicas = 2\n[trials]\ncount = 40\n"
        "common_random_numbers = " +
        common + "\n[sweep]\n\"hardware.variation.sigma\" = [0.1, 0.2]\n");
    for (const auto& [point, replica, unit] : {std::array<std::uint32_t, 3>{0, 0, 0}, {1, 1, 0}, {1, 0, 2}}) {
      const std::vector<ChipResult> chips = bench.evaluate(point, replica, unit);
      const auto model = bench.model_of(point, replica);
      const Point settings = bench.job.experiment().points[point];
      ASSERT_EQ(chips.size(), kChipsPerGroup);
      for (const std::uint32_t place : {0U, kChipsPerGroup - 1}) {
        TrainedNetwork written = *model->network();
        program_weights(settings.hardware.variation, settings.chip_key,
                        chip_address(settings.hardware.variation, replica, unit * kChipsPerGroup + place),
                        written.state.parameters);
        EXPECT_EQ(chips[place].values[kLoss], loss_of(written, bench.job.data().test(settings.data, model->scaling())))
            << "point " << point << " replica " << replica << " chip " << unit * kChipsPerGroup + place;
      }
    }
  }
}

const std::string kCoarse =
    "[network]\nhidden = [6]\n[trials]\ncount = 1\n[training]\nepochs = 2\nbatch = 20\n"
    "[hardware]\nsimulate = \"arrays\"\ng_min = 1e-6\ng_max = 1e-4\n[hardware.variation]\nsigma = 0.05\n";

/// The loss of chip 0 of replica 0 on arrays with these ranges.
double loss_with_ranges(Bench& bench, std::size_t point, const std::optional<std::vector<LayerScales>>& ranges) {
  const auto model = bench.model_of(point, 0);
  const Point settings = bench.job.experiment().points[point];
  const auto test = bench.job.data().test(settings.data, model->scaling());
  ArrayNetwork arrays(model->network(), {.arrays = settings.hardware.array, .range_from = ranges},
                      *bench.job.data().training(settings.data), test, never);
  arrays.program(settings.chip_key, 0, 0, never);
  return arrays.evaluate(test->all(), never).tally.loss();
}

TEST(Evaluations, ConverterRangesAreThoseOfThePointThatIsNamed) {
  const std::string adc =
      "[hardware.adc]\nbits = 3\nrange_from = { training.learning_rate = 0.001 }\n"
      "[sweep]\n\"training.learning_rate\" = [0.001, 0.02]\n";
  Bench bench(kCoarse + adc);
  const auto other = bench.model_of(0, 0);
  const Point settings = bench.job.experiment().points[0];
  const ArrayNetwork named(other->network(), {.arrays = settings.hardware.array},
                           *bench.job.data().training(settings.data),
                           bench.job.data().test(settings.data, other->scaling()), never);
  const double loss = bench.evaluate(1, 0, 0).front().values[kLoss];
  EXPECT_EQ(loss, loss_with_ranges(bench, 1, named.scales()));
  EXPECT_NE(loss, loss_with_ranges(bench, 1, std::nullopt)) << "the test sees a difference";
  EXPECT_EQ(bench.evaluate(0, 0, 0).front().values[kLoss], loss_with_ranges(bench, 0, std::nullopt)) << "its own";
}

// What is held out must stay unseen: the steps of deployment look at the images of the training alone.
TEST(Evaluations, DeploymentSeesWhatTrainingSaw) {
  Bench bench(kCoarse + "[deployment]\nsteps = [\"in-situ\"]\n");
  const auto model = bench.model_of(0, 0);
  const Point settings = bench.job.experiment().points[0];
  const auto test = bench.job.data().test(settings.data, model->scaling());
  const auto training = bench.job.data().training(settings.data);
  const Split split = bench.job.data().split_training(settings.data, bench.job.experiment().seed);
  const auto loss = [&](const std::vector<std::uint32_t>& seen) {
    ArrayNetwork arrays(model->network(), {.arrays = settings.hardware.array, .keep_planes = true}, *training, test,
                        never);
    ArrayChips chips(std::move(arrays), settings.deployment, {training, model->scaling(), seen}, never);
    chips.program({settings.chip_key, 0, 0}, never);
    chips.deploy(never);
    return chips.evaluate(test->all(), never).front().tally.loss();
  };
  EXPECT_EQ(bench.evaluate(0, 0, 0).front().values[kLoss], loss(split.training));
  EXPECT_NE(loss(split.training), loss(split.validation)) << "the test sees a difference";
}

// ---- Chips that see samples of the test images.

/// The 50 test images in three strata; chips 0 .. 9 of the first training are the pilot.
Sampling three_strata() {
  Sampling sampling;
  for (std::size_t i = 0; i < 50; ++i) sampling.stratum.push_back(static_cast<std::uint16_t>(i % 7 % 3));
  sampling.pilot_chips = 10;
  sampling.pilot_sizes = {9, 5, 6};
  sampling.sizes = {3, 4, 2};
  return sampling;
}

/// Where an experiment with samples keeps what.
enum Place : std::size_t { kImages = 4, kVarianceOfAccuracy = 5, kVarianceOfLoss = 6 };

/// What the sample of a chip says, from what a full evaluation says of every image alone: [images] of 0 or 1, and of
/// losses.
struct ByImage {
  std::vector<double> correct, loss;

  /// The mean over all images, from the means over the sampled images of every stratum.
  [[nodiscard]] static double mean(const std::vector<double>& values, const std::vector<std::uint32_t>& images,
                                   const Sampling& sampling) {
    std::map<std::uint16_t, std::vector<double>> strata;
    for (const std::uint32_t image : images) strata[sampling.stratum[image]].push_back(values[image]);
    double mean = 0;
    for (const auto& [h, of_stratum] : strata)
      mean += static_cast<double>(std::ranges::count(sampling.stratum, h)) / 50 *
              std::accumulate(of_stratum.begin(), of_stratum.end(), 0.0) / static_cast<double>(of_stratum.size());
    return mean;
  }
};

/// Evaluates every image alone on the chips of a unit: [chips].
template <class EvaluateOne>
std::vector<ByImage> image_by_image(std::size_t chips, const EvaluateOne& evaluate) {
  std::vector<ByImage> found(chips);
  for (std::uint32_t image = 0; image < 50; ++image) {
    const std::vector<ChipOutcome> outcomes = evaluate(image);
    for (std::size_t chip = 0; chip < chips; ++chip) {
      found[chip].correct.push_back(outcomes[chip].tally.correct);
      found[chip].loss.push_back(outcomes[chip].tally.loss_sum);
    }
  }
  return found;
}

void expect_sampled(const ChipResult& chip, const ByImage& full, const std::vector<std::uint32_t>& images,
                    const Sampling& sampling, const std::string& who) {
  EXPECT_NEAR(chip.values[kAccuracy], ByImage::mean(full.correct, images, sampling), 1e-14) << who;
  EXPECT_NEAR(chip.values[kLoss], ByImage::mean(full.loss, images, sampling), 1e-13) << who;
  EXPECT_TRUE(std::isnan(chip.values[kCorrect])) << who;
  EXPECT_EQ(chip.values[kImages], static_cast<double>(images.size())) << who;
}

const std::string kSampled =
    "[network]\nhidden = [6]\n[training]\nepochs = 1\nbatch = 20\nreplicas = 2\n[trials]\ncount = 40\n"
    "images = \"two-stage\"\n";

// By hand: chip t sees the images of its key, replica and number, whatever the point; each answers as in a full run.
/// Whether two chips have the same values to the bit, NaN included.
bool same_values(const ChipResult& a, const ChipResult& b) {
  return std::ranges::equal(a.values, b.values, {}, std::bit_cast<std::uint64_t, double>,
                            std::bit_cast<std::uint64_t, double>);
}

TEST(Evaluations, OfAGroupThatIsThereInPartTheOtherChipsAreComputed) {
  const std::string all_images = "[network]\nhidden = [6]\n[training]\nepochs = 1\nbatch = 20\n[trials]\ncount = 40\n";
  for (const bool sampled : {false, true}) {
    Bench bench((sampled ? kSampled : all_images) + "[sweep]\n\"hardware.variation.sigma\" = [0.1, 0.2]\n");
    if (sampled) bench.evaluations.sample_images(three_strata());
    const std::vector<ChipResult> whole = bench.evaluate(1, 0, 2);
    const std::uint32_t evaluation = evaluation_of(bench.job.plan(), 1, 0);
    bench.evaluations.compute_parts({{evaluation, 1, 2, 3}, {evaluation, 2, 3, 5}});
    const std::vector<ChipResult> part = bench.evaluate(1, 0, 2);
    ASSERT_EQ(part.size(), kChipsPerGroup);
    for (std::size_t i = 0; i < part.size(); ++i)
      EXPECT_TRUE(i == 3 || i == 4 ? same_values(part[i], whole[i]) : part[i].values.empty()) << i;
    for (const auto& [point, unit] : {std::array<std::uint32_t, 2>{0, 2}, {1, 3}})
      for (const ChipResult& chip : bench.evaluate(point, 0, unit)) EXPECT_FALSE(chip.values.empty());
  }
}

TEST(Evaluations, ASampledChipsMeansAreThoseOfItsImagesInAFullRun) {
  for (const std::string common : {"true", "false"}) {
    Bench bench(kSampled + "common_random_numbers = " + common +
                "\n[sweep]\n\"hardware.variation.sigma\" = [0.1, 0.4]\n");
    const Sampling sampling = three_strata();
    bench.evaluations.sample_images(sampling);
    ImageSampler sampler(sampling.stratum);
    for (const auto& [point, replica, unit] :
         {std::array<std::uint32_t, 3>{0, 0, 0}, {1, 0, 0}, {1, 0, 1}, {1, 1, 0}}) {
      const std::vector<ChipResult> chips = bench.evaluate(point, replica, unit);
      const auto model = bench.model_of(point, replica);
      const Point settings = bench.job.experiment().points[point];
      const auto full = make_weight_chips(model->network(), settings.hardware.variation,
                                          bench.job.data().test(settings.data, model->scaling()), kChipsPerGroup);
      full->program({settings.chip_key, replica, unit * kChipsPerGroup}, never);
      const std::vector<ByImage> each = image_by_image(kChipsPerGroup, [&](std::uint32_t image) {
        return full->evaluate({&image, 1}, never);
      });
      for (std::uint32_t place = 0; place < kChipsPerGroup; ++place) {
        const std::uint32_t trial = unit * kChipsPerGroup + place;
        const bool is_pilot = replica == 0 && trial < 10;
        const std::vector<std::uint32_t> images =
            sampler.draw(settings.chip_key, replica, trial, is_pilot ? sampling.pilot_sizes : sampling.sizes);
        EXPECT_EQ(images.size(), is_pilot ? 20U : 9U);
        expect_sampled(chips[place], each[place], images, sampling,
                       fmt::format("point {} replica {} chip {}", point, replica, trial));
        EXPECT_EQ(chips[place].pilot_sums.size(), is_pilot ? 6U : 0U) << "sums and squares of three strata";
        if (!is_pilot) continue;
        std::vector<double> right(3);
        for (const std::uint32_t image : images) right[sampling.stratum[image]] += each[place].correct[image];
        for (std::size_t h = 0; h < 3; ++h) EXPECT_NEAR(chips[place].pilot_sums[h], right[h], 1e-12);
      }
    }
  }
}

// Reads have noise by the number of the image: the others of its sample do not matter.
TEST(Evaluations, ASampledArraysAnswersAreThoseOfAFullRun) {
  Bench bench(
      "[network]\nhidden = [6]\n[trials]\ncount = 1\nimages = \"two-stage\"\n[training]\nepochs = 2\nbatch = 20\n"
      "[hardware]\nsimulate = \"arrays\"\ng_min = 1e-6\ng_max = 1e-4\n[hardware.variation]\nsigma = 0.05\n"
      "[hardware.read_noise]\nmodel = \"gaussian\"\nsigma = 0.3\n");
  const Sampling sampling = three_strata();
  bench.evaluations.sample_images(sampling);
  const ChipResult chip = bench.evaluate(0, 0, 12).front();
  const auto model = bench.model_of(0, 0);
  const Point settings = bench.job.experiment().points[0];
  ArrayNetwork arrays(model->network(), {.arrays = settings.hardware.array}, *bench.job.data().training(settings.data),
                      bench.job.data().test(settings.data, model->scaling()), never);
  arrays.program(settings.chip_key, 0, 12, never);
  const ByImage full = image_by_image(1, [&](std::uint32_t image) {
                         return std::vector{arrays.evaluate({&image, 1}, never)};
                       }).front();
  expect_sampled(chip, full, ImageSampler(sampling.stratum).draw(settings.chip_key, 0, 12, sampling.sizes), sampling,
                 "an array");
}

TEST(Evaluations, AWholeSampleIsAFullRun) {
  Bench bench(kSampled + "[hardware.variation]\nsigma = 0.3\n"),
      full(
          "[network]\nhidden = [6]\n[training]\nepochs = 1\nbatch = 20\nreplicas = 2\n[trials]\ncount = 40\n"
          "[hardware.variation]\nsigma = 0.3\n");
  Sampling sampling = three_strata();
  sampling.sizes.clear();
  for (std::uint16_t h = 0; h < 3; ++h)
    sampling.sizes.push_back(static_cast<std::uint32_t>(std::ranges::count(sampling.stratum, h)));
  bench.evaluations.sample_images(sampling);
  const std::vector<ChipResult> sampled = bench.evaluate(0, 1, 0), all = full.evaluate(0, 1, 0);
  for (std::size_t chip = 0; chip < all.size(); ++chip) {
    EXPECT_EQ(sampled[chip].values[kAccuracy], all[chip].values[kAccuracy]);
    EXPECT_EQ(sampled[chip].values[kLoss], all[chip].values[kLoss]);
    EXPECT_EQ(sampled[chip].values[kEkl], all[chip].values[kEkl]);
    EXPECT_EQ(sampled[chip].values[kCorrect], all[chip].values[kCorrect]) << "nothing is an estimate";
    EXPECT_EQ(sampled[chip].values[kImages], 50);
    EXPECT_EQ(sampled[chip].values[kVarianceOfAccuracy], 0);
    EXPECT_EQ(sampled[chip].values[kVarianceOfLoss], 0);
  }
}

// One such chip stands for all: it costs nothing to know it exactly.
TEST(Evaluations, ChipsWithoutRandomnessSeeAllImages) {
  Bench bench(kSampled + "[sweep]\n\"hardware.variation.sigma\" = [0.0, 0.1]\n");
  bench.evaluations.sample_images(three_strata());
  const ChipResult exact = bench.evaluate(0, 0, 0).front(), sampled = bench.evaluate(1, 0, 0).front();
  EXPECT_EQ(exact.values[kImages], 50);
  EXPECT_EQ(exact.values[kCorrect], std::round(50 * exact.values[kAccuracy]));
  EXPECT_EQ(exact.values[kVarianceOfAccuracy], 0);
  EXPECT_TRUE(exact.pilot_sums.empty());
  EXPECT_EQ(sampled.values[kImages], 20);
  EXPECT_GT(sampled.values[kVarianceOfLoss], 0);
}

// Where the loss is what is to be known, the pilot tells of losses.
TEST(Evaluations, ThePilotTellsOfWhatIsToBeKnown) {
  Bench bench(
      "[network]\nhidden = [6]\n[training]\nepochs = 1\nbatch = 20\n[trials]\nimages = \"two-stage\"\n"
      "until = { half_width = 0.1, metric = \"loss\" }\n[hardware.variation]\nsigma = 0.1\n");
  const Sampling sampling = three_strata();
  bench.evaluations.sample_images(sampling);
  const ChipResult chip = bench.evaluate(0, 0, 0).front();
  ASSERT_EQ(chip.pilot_sums.size(), 6U);
  double mean = 0;
  for (std::uint16_t h = 0; h < 3; ++h)
    mean += static_cast<double>(std::ranges::count(sampling.stratum, h)) / 50 * chip.pilot_sums[h] /
            sampling.pilot_sizes[h];
  EXPECT_NEAR(mean, chip.values[kLoss], 1e-12);
}

// A chip that is asked what it makes of held-out images answers as if they were its test images.
TEST(Evaluations, ValidationAccuracyIsThatOfTheHeldOutImages) {
  const std::string text =
      "[network]\nhidden = []\n[training]\nepochs = 1\n[trials]\ncount = 1\nvalidation_accuracy = true\n"
      "[hardware.variation]\nsigma = 0.3\n";
  SmallJob job(text);
  Models models(job.experiment(), job.plan(), job.data(), job.models, job.clock());
  Evaluations evaluations(job.experiment(), job.plan(), job.data(), models);
  const EvaluationTask task = job.plan().evaluations[0];
  const std::vector<ChipResult> results = evaluations.evaluate(0, 0, never);
  const Point& point = job.experiment().points[0];
  const std::shared_ptr<const LoadedModel> model = models.load(task.model, false, never);
  const std::shared_ptr<const SampleSet> training = job.data().training(point.data);
  const SampleSet held_out =
      subset_of(*training, job.data().split_training(point.data, job.experiment().seed).validation);
  const auto set = std::make_shared<const EvaluationSet>(held_out, model->scaling());
  const std::unique_ptr<WeightChips> chips =
      make_weight_chips(model->network(), point.hardware.variation, set, task.unit_chips);
  chips->program({point.chip_key, 0, 0}, never);
  const std::vector<ChipOutcome> outcomes = chips->evaluate(set->all(), never);
  const std::vector<Metric> metrics = metrics_of(job.experiment());
  const std::size_t number = find_metric(metrics, "validation_accuracy").value();
  evaluations.sample_images(three_strata());
  const std::vector<ChipResult> sampled = evaluations.evaluate(0, 0, never);
  int differing = 0;
  for (std::size_t i = 0; i < results.size(); ++i) {
    EXPECT_EQ(results[i].values.at(number), outcomes[i].tally.accuracy());
    EXPECT_EQ(sampled.at(i).values.at(number), outcomes[i].tally.accuracy()) << "of all of them still";
    differing += results[i].values.at(number) != results[i].values.at(kAccuracy) ? 1 : 0;
  }
  EXPECT_GT(differing, 0) << "or it may be that of the test images";
}

}  // namespace chips_test
}  // namespace ohmcarlo::test
