#include "trial/pilot.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "trial/small_job.hpp"

namespace ohmcarlo::test {
namespace pilot_test {

const std::string kTwoPoints =
    "network.hidden = [8]\ntraining.epochs = 50\ntraining.batch = 16\ntrials.count = 16\n[sweep]\n"
    "\"hardware.variation.sigma\" = [0.0, 0.2]\n";

/// A job whose clock goes on by a fixed time whenever it is read.
class TickingJob {
 public:
  explicit TickingJob(const std::string& text, double tick = 1e-3)
      : job_(text),
        clock_([this, tick] { return now_ += tick; }),
        pilot(job_.experiment(), job_.plan(), job_.data(), clock_, clock_, [this] { ++polls; }) {}

 private:
  SmallJob job_;
  double now_ = 0;
  Clock clock_;

 public:
  int polls = 0;
  WorkPilot pilot;
};

// 160 images in batches of 16 are 10 steps an epoch. The clock is read once a poll, and polls come once a step and once
// an epoch's validation, so that a whole training and one that is given up say the same but for the ends.
TEST(WorkPilot, ATrainingThatIsGivenUpTellsHowLongItWouldTake) {
  TickingJob whole(kTwoPoints), part(kTwoPoints);
  const std::optional<double> all = whole.pilot.time_training(0, 1e9);
  const std::optional<double> told = part.pilot.time_training(0, 0.11);
  ASSERT_TRUE(all && told);
  EXPECT_LT(part.polls, whole.polls / 3) << "it was given up";
  EXPECT_NEAR(*told, *all, 0.2 * *all);
}

// An epoch is 10 steps and a validation on 40 images a chip, each a third of what it costs in a step of 16.
TEST(WorkPilot, CountsTheChipsThatAnEpochIsValidatedOn) {
  const auto told = [](const std::string& training) {
    TickingJob job(training + kTwoPoints);
    return job.pilot.time_training(0, 0.008).value();
  };
  const double plain = told("");
  EXPECT_DOUBLE_EQ(told("training.method = \"kurtosis\"\n"), plain);
  const double noisy = told("training.method = \"noise-injection\"\ntraining.validation_chips = 24\n");
  EXPECT_NEAR(noisy / plain, (10 + 24 * 40 / 48.0) / (10 + 40 / 48.0), 0.05);
}

TEST(WorkPilot, WithoutTimeForTwoStepsNothingIsKnown) {
  TickingJob job(kTwoPoints);
  EXPECT_FALSE(job.pilot.time_training(0, 1e-9).has_value());
  EXPECT_FALSE(job.pilot.time_unit(0, 0, 1e9).has_value()) << "there is no network to put on chips";
}

TEST(WorkPilot, ChipsAreTimedOnNetworksThatAreTrainedInPart) {
  TickingJob job(kTwoPoints);
  (void)job.pilot.time_training(0, 0.05);
  for (const std::uint32_t evaluation : {0U, 1U}) {
    const std::optional<UnitTime> time = job.pilot.time_unit(evaluation, 0, 1e9);
    ASSERT_TRUE(time.has_value());
    EXPECT_GT(time->whole, 0);
    EXPECT_GE(time->preparation, 0);
  }
  EXPECT_FALSE(job.pilot.time_unit(1, 0, 1e-9).has_value()) << "no time for the images of a few";
}

TEST(WorkPilot, WhatItsOwnerThrowsGoesOn) {
  SmallJob job(kTwoPoints);
  const Clock clock = steady_clock();
  bool stops = false;
  WorkPilot pilot(job.experiment(), job.plan(), job.data(), clock, clock, [&] {
    if (stops) throw Resumable("stopped");
  });
  (void)pilot.time_training(0, 0.05);
  stops = true;
  EXPECT_THROW((void)pilot.time_training(0, 1), Resumable);
  EXPECT_THROW((void)pilot.time_unit(1, 0, 1), Resumable);
}

}  // namespace pilot_test
}  // namespace ohmcarlo::test
