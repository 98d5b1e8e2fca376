#include "experiment/plan.hpp"

#include <set>

#include "chip/group.hpp"
#include "experiment/refusal.hpp"

namespace ohmcarlo {
namespace plan_test {

const std::map<std::string, std::string> kHashes = {{"mnist", "hash"}, {"fashion-mnist", "other"}};
const std::string kBoth =
    "data.set = \"mnist\"\n[sweep]\n\"hardware.variation.sigma\" = [0.1, 0.2, 0.3]\n"
    "\"training.method\" = [\"plain\", \"noise-injection\"]\n";

Plan plan_of(const Experiment& experiment, const Shard& shard = {}) {
  return make_plan(experiment, kHashes, shard);
}

TEST(Plan, TrainsEveryDistinctModelOnce) {
  const Experiment experiment = experiment_of(kBoth, {"training.replicas=2"});
  const Plan plan = plan_of(experiment);
  EXPECT_EQ(plan.models.size(), 2U * (1 + 3));  // plain: one for all sigmas
  std::set<std::string> ids;
  for (const ModelTask& model : plan.models) {
    ids.insert(model.id);
    EXPECT_EQ(model.id, model_id(parse_identity(model.identity)));
    EXPECT_EQ(model.identity, model_identity(experiment, experiment.points[model.point], model.replica, "hash").text());
  }
  EXPECT_EQ(ids.size(), plan.models.size());
}

TEST(Plan, EvaluatesEveryPointAndReplicaOnItsModel) {
  const Experiment experiment = experiment_of(kBoth, {"training.replicas=2"});
  const Plan plan = plan_of(experiment);
  EXPECT_EQ(plan.evaluations.size(), 12U);
  std::set<std::pair<std::size_t, std::size_t>> covered;
  for (const EvaluationTask& task : plan.evaluations)
    for (const std::size_t point : task.points) {
      EXPECT_TRUE(covered.insert({point, task.replica}).second);
      EXPECT_EQ(plan.models[task.model].identity,
                model_identity(experiment, experiment.points[point], task.replica, "hash").text());
    }
  EXPECT_EQ(covered.size(), 12U);
}

// noise_sigma is not read by plain training: those points are one evaluation.
TEST(Plan, IdenticalEvaluationsAreSharedBetweenPoints) {
  const Experiment experiment = experiment_of(
      "data.set = \"mnist\"\n[sweep]\n\"training.method\" = [\"plain\", \"noise-injection\"]\n"
      "\"training.noise_sigma\" = [0.1, \"tested\", 0.2]\n",
      {"hardware.variation.sigma=0.2"});
  const Plan plan = plan_of(experiment);
  ASSERT_EQ(plan.models.size(), 3U);
  ASSERT_EQ(plan.evaluations.size(), 3U);
  EXPECT_EQ(plan.evaluations[0].points, (std::vector<std::size_t>{0, 1, 2}));
  EXPECT_EQ(plan.evaluations[1].points, std::vector<std::size_t>{3});
  EXPECT_EQ(plan.evaluations[2].points, (std::vector<std::size_t>{4, 5}));
}

TEST(Plan, PointsWithRandomNumbersOfTheirOwnShareModelsButNoEvaluation) {
  const Experiment experiment = experiment_of(
      "data.set = \"mnist\"\n[sweep]\n\"training.method\" = [\"plain\", \"noise-injection\"]\n"
      "\"training.noise_sigma\" = [0.1, 0.2]\n",
      {"trials.common_random_numbers=false"});
  const Plan plan = plan_of(experiment);
  EXPECT_EQ(plan.models.size(), 3U);
  EXPECT_EQ(plan.evaluations.size(), 4U);
}

TEST(Plan, DataSetsHaveModelsOfTheirOwn) {
  const Experiment experiment =
      experiment_of("training.epochs = 1\n[sweep]\n\"data.set\" = [\"mnist\", \"fashion-mnist\"]\n");
  const Plan plan = plan_of(experiment);
  ASSERT_EQ(plan.models.size(), 2U);
  EXPECT_THAT(plan.models[1].identity, testing::HasSubstr("\ndata = other\n"));
}

TEST(Plan, ShardsPartitionThePoints) {
  const Experiment experiment = experiment_of(kBoth);
  for (const std::size_t count : {1U, 2U, 4U, 6U, 9U}) {
    std::multiset<std::size_t> points;
    for (std::size_t index = 1; index <= count; ++index)
      for (const EvaluationTask& task : plan_of(experiment, {index, count}).evaluations)
        for (const std::size_t point : task.points) {
          EXPECT_EQ(point % count, index - 1);
          points.insert(point);
        }
    EXPECT_EQ(points, (std::multiset<std::size_t>{0, 1, 2, 3, 4, 5})) << count;
  }
}

constexpr std::size_t kGroup = kChipsPerGroup;

/// Two sigmas, two replicas and chips that fill two groups and a part of one.
Experiment small_experiment() {
  return experiment_of("data.set = \"mnist\"\n[sweep]\n\"hardware.variation.sigma\" = [0.1, 0.2]\n",
                       {"training.replicas=2", fmt::format("trials.count={}", 2 * kGroup + 3)});
}

using Units = std::vector<std::uint32_t>;

Units missing_units(const Experiment& experiment, const EvaluationTask& task, const Table& table) {
  return missing_units(task, table, TablePoints(table.shape, experiment.shape), experiment.shape.trials);
}

TEST(Plan, ShardsOfTrialsPartitionTheGroupsOfEveryPoint) {
  const Experiment experiment = small_experiment();  // three groups
  const Table table(experiment.shape);
  for (const std::size_t count : {1U, 2U, 3U, 5U}) {
    std::multiset<std::uint32_t> units;
    for (std::size_t index = 1; index <= count; ++index) {
      const Plan plan = plan_of(experiment, {index, count, true});
      ASSERT_EQ(plan.evaluations.size(), 4U);
      for (const EvaluationTask& task : plan.evaluations)
        for (const std::uint32_t unit : missing_units(experiment, task, table)) {
          EXPECT_EQ(unit % count, index - 1);
          units.insert(unit);
        }
    }
    EXPECT_EQ(units, (std::multiset<std::uint32_t>{0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2})) << count;
  }
}

TEST(Plan, APointLiesInALargerTableByItsValues) {
  const Experiment experiment = experiment_of(kBoth);
  Shape larger = experiment.shape;
  larger.axes[0].values = {0.05, 0.1, 0.15, 0.2, 0.3};
  larger.axes[1].values = {std::string("noise-injection"), std::string("plain")};
  const std::size_t expected[] = {3, 2, 7, 6, 9, 8};
  for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(TablePoints(larger, experiment.shape).find_in_table(i), expected[i]);
  larger.axes[0].values = {0.1};
  EXPECT_THROW((void)TablePoints(larger, experiment.shape).find_in_table(5), std::logic_error);
}

// Ranges of lambda 0: every other point needs the model of lambda 0 of its own replica besides its own.
TEST(Plan, RangesOfAnotherPointNeedItsModel) {
  const Experiment experiment = experiment_of(
      "data.set = \"mnist\"\ntraining.method = \"kurtosis\"\nhardware.simulate = \"arrays\"\nhardware.adc.bits = 8\n"
      "hardware.adc.range_from = { training.kurtosis.lambda = 0 }\n[sweep]\n"
      "\"training.kurtosis.lambda\" = [0.0, 1.0]\n\"hardware.variation.sigma\" = [0.0, 0.1]\n",
      {"training.replicas=2"});
  const Plan plan = plan_of(experiment);
  EXPECT_EQ(plan.models.size(), 4U);
  ASSERT_EQ(plan.evaluations.size(), 8U);
  for (const EvaluationTask& task : plan.evaluations) {
    const bool own = task.points.front() < 2;  // lambda 0
    ASSERT_EQ(task.range_model.has_value(), !own);
    if (own) continue;
    const ModelTask& model = plan.models[*task.range_model];
    EXPECT_EQ(model.replica, task.replica);
    EXPECT_EQ(experiment.points[model.point].training.kurtosis.lambda, 0);
  }
  // A part of the points without lambda 0 trains it all the same.
  const Plan part = plan_of(experiment, {4, 4});
  EXPECT_EQ(part.evaluations.size(), 2U);
  EXPECT_EQ(part.models.size(), 4U);
}

TEST(MissingUnits, AreAllOfAnEmptyTableAndNoneOfAFullOne) {
  const Experiment experiment = small_experiment();
  Table table(experiment.shape);
  const EvaluationTask task{{1}, 1, 0, kChipsPerGroup};
  EXPECT_EQ(missing_units(experiment, task, table), (Units{0, 1, 2}));
  table.state.assign(table.state.size(), CellState::done);
  EXPECT_EQ(missing_units(experiment, task, table), Units{});
}

TEST(MissingUnits, AreThoseWithAtLeastOneEmptyCell) {
  const Experiment experiment = small_experiment();
  Table table(experiment.shape);
  table.state.assign(table.state.size(), CellState::done);
  table.state[table.shape.cell(1, 1, kGroup + 5)] = CellState::not_run;
  EXPECT_EQ(missing_units(experiment, {{1}, 1, 0, kChipsPerGroup}, table), Units{1});
  EXPECT_EQ(missing_units(experiment, {{1}, 0, 0, kChipsPerGroup}, table), Units{});
  EXPECT_EQ(missing_units(experiment, {{0}, 1, 0, kChipsPerGroup}, table), Units{});
  EXPECT_EQ(missing_units(experiment, {{0, 1}, 1, 0, kChipsPerGroup}, table),
            Units{1});  // shared: either point's gap counts
  table.state[table.shape.cell(1, 1, 2 * kGroup + 2)] = CellState::not_run;
  EXPECT_EQ(missing_units(experiment, {{1}, 1, 0, kChipsPerGroup}, table), (Units{1, 2}));
}

TEST(MissingUnits, TheirChipsAreCountedBelowANumber) {
  const Experiment experiment = small_experiment();
  Table table(experiment.shape);
  const TablePoints places(table.shape, experiment.shape);
  const EvaluationTask task{{1}, 1, 0, kChipsPerGroup};
  const std::size_t chips = 2 * kGroup + 3;
  EXPECT_EQ(count_missing_chips(task, 0, table, places, chips), kGroup);
  EXPECT_EQ(count_missing_chips(task, 2, table, places, chips), 3U);
  table.state[table.shape.cell(1, 1, 2)] = CellState::done;
  table.state[table.shape.cell(1, 1, 3)] = CellState::failed;
  EXPECT_EQ(count_missing_chips(task, 0, table, places, chips), kGroup - 2);
  EXPECT_EQ(count_missing_chips({{1}, 1, 0, kChipsPerGroup, true}, 0, table, places, chips), 1U);
}

TEST(PartialUnits, AreThoseWhoseChipsAreThereInPartOrNotAskedFor) {
  const Experiment experiment = small_experiment();  // three chips of the third group
  Table table(experiment.shape);
  const TablePoints places(table.shape, experiment.shape);
  EvaluationTask task{{0, 1}, 1, 0, kChipsPerGroup};
  const auto parts = [&] {
    std::vector<std::array<std::uint32_t, 4>> all;
    for (const UnitPart& part : partial_units(experiment, 7, task, {0, 1, 2}, table, places))
      all.push_back({part.evaluation, part.unit, part.first, part.end});
    return all;
  };
  using Parts = std::vector<std::array<std::uint32_t, 4>>;
  EXPECT_EQ(parts(), (Parts{{7, 2, 0, 3}}));
  for (std::size_t chip = 0; chip < kGroup + 5; ++chip) table.state[table.shape.cell(0, 1, chip)] = CellState::done;
  EXPECT_EQ(parts(), (Parts{{7, 2, 0, 3}})) << "the other point lacks them";
  for (std::size_t chip = 0; chip < kGroup + 5; ++chip) table.state[table.shape.cell(1, 1, chip)] = CellState::failed;
  // A unit that lacks nothing is not computed at all; one chip of it is counted where it is.
  EXPECT_EQ(parts(), (Parts{{7, 0, kGroup - 1, kGroup}, {7, 1, 5, kGroup}, {7, 2, 0, 3}}));
  table.state[table.shape.cell(1, 1, kGroup + 2)] = CellState::not_run;
  EXPECT_EQ(parts()[1], (std::array<std::uint32_t, 4>{7, 1, 2, kGroup})) << "a gap, and what follows it";
  task.unit_chips = 1;
  EXPECT_EQ(parts(), Parts{});
  task = {{0, 1}, 1, 0, kChipsPerGroup, true};
  EXPECT_EQ(partial_units(experiment, 7, task, {0}, Table(experiment.shape), places).front().end, 1U);
}

TEST(MissingUnits, FailedChipsAreNotRunAgain) {
  const Experiment experiment = small_experiment();
  Table table(experiment.shape);
  table.state.assign(table.state.size(), CellState::failed);
  EXPECT_EQ(missing_units(experiment, {{0}, 0, 0, kChipsPerGroup}, table), Units{});
}

TEST(MissingUnits, ChipsBeyondTheExperimentsAreNotMissed) {
  const Experiment experiment = small_experiment();
  Shape larger = experiment.shape;
  larger.trials = 5 * kGroup;
  larger.axes[0].values = {0.1, 0.15, 0.2};
  Table table(larger);
  for (std::size_t chip = 0; chip < experiment.shape.trials; ++chip)
    table.state[larger.cell(2, 0, chip)] = CellState::done;
  EXPECT_EQ(missing_units(experiment, {{1}, 0, 0, kChipsPerGroup}, table), Units{});
  EXPECT_EQ(missing_units(experiment, {{0}, 0, 0, kChipsPerGroup}, table), (Units{0, 1, 2}));
}

// A chip on arrays may take minutes: what is finished must not wait for seven others.
TEST(MissingUnits, AreSingleChipsOnArrays) {
  const Experiment experiment = experiment_of(
      "data.set = \"mnist\"\nhardware.simulate = \"arrays\"\nhardware.variation.sigma = 0.1\n", {"trials.count=5"});
  const Plan plan = plan_of(experiment);
  ASSERT_EQ(plan.evaluations.size(), 1U);
  EXPECT_EQ(plan.evaluations[0].unit_chips, 1U);
  Table table(experiment.shape);
  for (const std::size_t chip : {0, 1, 3}) table.state[table.shape.cell(0, 0, chip)] = CellState::done;
  EXPECT_EQ(missing_units(experiment, plan.evaluations[0], table), (Units{2, 4}));
  EXPECT_EQ(plan_of(small_experiment()).evaluations[0].unit_chips, kChipsPerGroup);
}

/// Whether one chip on arrays with these keys stands for all.
bool has_equal_chips(const std::string& keys) {
  return plan_of(experiment_of("data.set = \"mnist\"\nhardware.simulate = \"arrays\"\n" + keys, {"trials.count=5"}))
      .evaluations[0]
      .equal_chips;
}

TEST(Plan, OneChipOfIdealArraysStandsForAll) {
  const std::string adc = "hardware.adc.bits = 8\nhardware.dac.bits = 8\nhardware.weight_bits = 8\n";
  for (const std::string& keys : {std::string(), adc, "deployment.steps = [\"calibrate\"]\n" + adc})
    EXPECT_TRUE(has_equal_chips(keys)) << keys;
  for (const std::string keys :
       {"hardware.variation.sigma = 0.1\n", "hardware.faults.rate = 0.01\n",
        "hardware.read_noise = { model = \"gaussian\", sigma = 0.1 }\n", "deployment.steps = [\"in-situ\"]\n"})
    EXPECT_FALSE(has_equal_chips(keys)) << keys;
}

}  // namespace plan_test
}  // namespace ohmcarlo
