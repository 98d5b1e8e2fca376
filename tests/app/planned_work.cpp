#include "app/planned_work.hpp"

#include <gmock/gmock.h>

#include "trial/small_job.hpp"

namespace ohmcarlo::test {
namespace planned_work_test {

PlannedWork work_of(const std::string& text, int ranks = 1) {
  const Experiment experiment = experiment_of("data.set = \"mnist\"\n" + text);
  return sort_work(experiment, make_plan(experiment, {{experiment.points[0].data.name, "hash"}}, {}), ranks);
}

std::size_t sum(const PlannedKinds& kinds, std::size_t WorkKind::*member) {
  std::size_t all = 0;
  for (const PlannedKind& kind : kinds.all) all += kind.work.*member;
  return all;
}

// Plain training is one for all sigmas, with noise it is one for each; both with two replicas. Without variation one
// chip stands for all.
TEST(PlannedWork, CountsAllTrainingsAndChips) {
  const PlannedWork work = work_of(
      "training.replicas = 2\ntrials.count = 5\n[sweep]\n\"training.method\" = [\"plain\", \"noise-injection\"]\n"
      "\"hardware.variation.sigma\" = [0.0, 0.1, 0.2]\n");
  EXPECT_EQ(sum(work.trainings, &WorkKind::times), 2U * (1 + 3));
  EXPECT_EQ(sum(work.chips, &WorkKind::times), 2U * 2 * (1 + 5 + 5));
  EXPECT_EQ(sum(work.chips, &WorkKind::most_times), 2U * 2 * (1 + 5 + 5));
  EXPECT_EQ(work.trainings.all.size(), 2U) << "two methods";
  EXPECT_EQ(work.chips.all.size(), 4U) << "on the networks of two methods, with variation and without";
}

TEST(PlannedWork, ChipsUntilAnIntervalIsNarrowAreAFewToMany) {
  const PlannedWork work = work_of(
      "trials.until = { metric = \"accuracy\", half_width = 0.01, min = 16, max = 64 }\n[sweep]\n"
      "\"hardware.variation.sigma\" = [0.1, 0.2]\n");
  EXPECT_EQ(sum(work.chips, &WorkKind::times), 32U);
  EXPECT_EQ(sum(work.chips, &WorkKind::most_times), 128U);
}

// Of two values 5 trainings of each are looked at first; of plain training there is one for both sigmas.
TEST(PlannedWork, TrainingsThatAreRacedAreAFewToMany) {
  const PlannedWork work = work_of(
      "training.replicas = 8\ntrials.race = { axis = \"training.epochs\", metric = \"accuracy\", chips = 12 "
      "}\n[sweep]\n"
      "\"hardware.variation.sigma\" = [0.1, 0.2]\n\"training.epochs\" = [1, 2]\n");
  EXPECT_EQ(sum(work.trainings, &WorkKind::times), 2U * 5);
  EXPECT_EQ(sum(work.trainings, &WorkKind::most_times), 2U * 8);
  EXPECT_EQ(sum(work.chips, &WorkKind::times), 4U * 5 * 12);
  EXPECT_EQ(sum(work.chips, &WorkKind::most_times), 4U * 8 * 12);
  EXPECT_EQ(sum(work.chips, &WorkKind::preparations), 4U * 5);
  EXPECT_EQ(sum(work.chips, &WorkKind::later_preparations), 4U * 3);
}

// 5 chips are one unit of 8 or fewer, which one rank prepares; 100 chips are for all ranks.
TEST(PlannedWork, EveryRankThatHasChipsPreparesThem) {
  const std::string sweep = "[sweep]\n\"hardware.variation.sigma\" = [0.1, 0.2]\n";
  EXPECT_EQ(sum(work_of("trials.count = 5\n" + sweep, 3).chips, &WorkKind::preparations), 2U);
  EXPECT_EQ(sum(work_of("trials.count = 100\n" + sweep, 3).chips, &WorkKind::preparations), 6U);
}

TEST(PlannedWork, ReadsOfArraysTellKindsApart) {
  const PlannedWork work = work_of(
      "hardware = { simulate = \"arrays\", g_min = 1e-6, g_max = 1e-4, weight_bits = 8 }\ntrials.count = 5\n[sweep]\n"
      "\"hardware.cell_bits\" = [2, 4, 8]\n");
  EXPECT_EQ(work.trainings.all.size(), 1U);
  ASSERT_EQ(work.chips.all.size(), 3U);
  EXPECT_GT(work.chips.all[0].work.cost, 1.9 * work.chips.all[1].work.cost);
}

TEST(PlannedWork, TimesEveryKind) {
  SmallJob job(
      "network.hidden = [8]\ntraining.epochs = 2\ntrials.count = 5\n[sweep]\n\"training.method\" = "
      "[\"plain\", \"noise-injection\"]\n\"hardware.variation.sigma\" = [0.0, 0.1]\n");
  PlannedWork work = sort_work(job.experiment(), job.plan(), 1);
  time_work(job.experiment(), job.plan(), job.data(), work);
  for (const PlannedKinds* kinds : {&work.trainings, &work.chips})
    for (const PlannedKind& kind : kinds->all) {
      ASSERT_TRUE(kind.work.seconds.has_value()) << kind.work.label;
      EXPECT_GT(*kind.work.seconds, 0);
    }
}

}  // namespace planned_work_test
}  // namespace ohmcarlo::test
