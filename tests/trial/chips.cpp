#include "trial/chips.hpp"

#include <array>
#include <cmath>

#include <gtest/gtest.h>

#include "chip/group.hpp"
#include "chip/programming.hpp"
#include "chip/weight_chips.hpp"
#include "deployment/array_chips.hpp"
#include "trial/small_job.hpp"

namespace ohmcarlo::test {
namespace {

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

}  // namespace
}  // namespace ohmcarlo::test
