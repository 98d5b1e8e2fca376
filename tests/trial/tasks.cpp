#include "trial/tasks.hpp"

#include <cmath>
#include <set>

#include <gmock/gmock.h>

#include "trial/messages.hpp"
#include "trial/small_job.hpp"

namespace ohmcarlo::test {
namespace tasks_test {

const std::string kThreeChips = "[network]\nhidden = [6]\n[training]\nepochs = 2\nbatch = 20\n[trials]\ncount = 3\n";

/// The results of a unit by tasks that have done nothing before.
std::string alone(SmallJob& job, std::uint32_t evaluation, std::uint32_t unit) {
  return pack(job.fresh_tasks().evaluate(evaluation, unit, never));
}

TEST(Tasks, ChipsWithoutErrorsAgreeWithTheModelToTheLastBit) {
  SmallJob job(kThreeChips + "[hardware.variation]\nsigma = 0.0\n");
  ExperimentTasks tasks = job.fresh_tasks();
  const ModelRecord record = tasks.train(0, never, {});
  EXPECT_GT(record.clean_accuracy, 0.3) << "something is learnt";
  EXPECT_EQ(record.method, "plain");
  for (const ChipResult& chip : tasks.evaluate(0, 0, never)) {
    EXPECT_FALSE(chip.failed);
    EXPECT_EQ(chip.values[kAccuracy], record.clean_accuracy);
    EXPECT_EQ(chip.values[kLoss], record.clean_loss);
    EXPECT_EQ(chip.values[kCorrect], record.clean_accuracy * 50);
  }
}

TEST(Tasks, AModelIsTrainedOnce) {
  SmallJob job(kThreeChips);
  const ModelRecord first = job.fresh_tasks().train(0, never, {});
  EXPECT_EQ(job.models.saved, 1);
  const ModelRecord again = job.fresh_tasks().train(0, never, {});
  EXPECT_EQ(job.models.saved, 1);
  EXPECT_EQ(pack(first), pack(again));
}

// Whatever was evaluated before, in whatever order: models, folded or not, and preparations are kept between calls.
TEST(Tasks, ResultsDoNotDependOnWhatWasDoneBefore) {
  const std::string arrays =
      "[hardware]\nsimulate = \"arrays\"\ng_min = 1e-6\ng_max = 1e-4\n[hardware.adc]\nbits = 5\n";
  for (const std::string& hardware : {std::string(), arrays}) {
    SmallJob job(kThreeChips + hardware + "[sweep]\n\"training.learning_rate\" = [0.001, 0.01]\n" +
                 "\"hardware.variation.sigma\" = [0.05, 0.1]\n");
    ASSERT_EQ(job.plan().evaluations.size(), 4U);
    ASSERT_EQ(job.plan().models.size(), 2U);
    std::vector<std::string> expected;
    for (std::uint32_t i = 0; i < 4; ++i) expected.push_back(alone(job, i, 0));
    for (std::size_t i = 1; i < 4; ++i) EXPECT_NE(expected[i], expected[0]);
    ExperimentTasks tasks = job.fresh_tasks();
    for (const std::uint32_t i : {0U, 1U, 0U, 2U, 3U, 1U, 1U, 2U})
      EXPECT_EQ(pack(tasks.evaluate(i, 0, never)), expected[i]) << i;
    EXPECT_EQ(job.models.saved, 2);
  }
}

TEST(Tasks, EveryUnitHasChipsOfItsOwn) {
  SmallJob job(kThreeChips + "[hardware.variation]\nsigma = 0.2\n");
  EXPECT_NE(alone(job, 0, 0), alone(job, 0, 1));
  ExperimentTasks tasks = job.fresh_tasks();
  const std::string second = pack(tasks.evaluate(0, 1, never));
  EXPECT_EQ(pack(tasks.evaluate(0, 0, never)), alone(job, 0, 0));
  EXPECT_EQ(second, alone(job, 0, 1));
}

TEST(Tasks, ChipsOfADivergedModelFail) {
  SmallJob job(kThreeChips);
  (void)job.fresh_tasks().train(0, never, {});
  job.models.models.begin()->second.record.diverged = true;
  const std::vector<ChipResult> chips = job.fresh_tasks().evaluate(0, 0, never);
  EXPECT_EQ(chips.size(), job.plan().evaluations[0].unit_chips);
  for (const ChipResult& chip : chips) {
    EXPECT_TRUE(chip.failed);
    EXPECT_EQ(chip.values.size(), 4U);
    for (const double value : chip.values) EXPECT_TRUE(std::isnan(value));
  }
}

// The manager's word decides what a unit of work is.
TEST(Tasks, DoWhatTheyHaveLearned) {
  SmallJob job(kThreeChips + "images = \"two-stage\"\n[hardware.variation]\nsigma = 0.2\n");
  ExperimentTasks tasks = job.fresh_tasks();
  EXPECT_FALSE(tasks.ranks_images());
  tasks.learn({Lesson::Stage::ranks_images, {}});
  EXPECT_TRUE(tasks.ranks_images());
  const ImageHardness hardness = tasks.rank_images(0, never);
  ASSERT_EQ(hardness.ranks.size(), 50U);
  EXPECT_EQ(std::set<double>(hardness.ranks.begin(), hardness.ranks.end()), (std::set<double>{0, 1, 2, 3, 4}))
      << "five images of each class";
  Sampling sampling;
  for (std::size_t i = 0; i < 50; ++i) sampling.stratum.push_back(static_cast<std::uint16_t>(i / 25));
  sampling.sizes = {4, 6};
  tasks.learn({Lesson::Stage::evaluates_chips, sampling});
  EXPECT_FALSE(tasks.ranks_images());
  EXPECT_EQ(tasks.evaluate(0, 0, never).front().values[4], 10) << "sampled images";
  sampling.sizes = {5, 6};
  tasks.learn({Lesson::Stage::evaluates_chips, sampling});
  EXPECT_EQ(tasks.evaluate(0, 0, never).front().values[4], 11) << "what was learned last";
}

}  // namespace tasks_test
}  // namespace ohmcarlo::test
