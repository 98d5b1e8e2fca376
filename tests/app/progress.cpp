#include "app/progress.hpp"

#include <gmock/gmock.h>

namespace ohmcarlo {
namespace progress_test {

/// A line a minute is due; this is the one at `now` seconds.
class ProgressLine : public testing::Test {
 protected:
  std::string at(double now, const ProgressState& state) {
    now_ = now;
    testing::internal::CaptureStderr();
    progress_.show(
        state, [this] { return seconds_left_; }, [this] { return widest_; });
    return testing::internal::GetCapturedStderr();
  }

  double widest_ = 0.0125;
  std::optional<double> seconds_left_;
  double now_ = 0;
  Progress progress_{[this] { return now_; }, false};
};

TEST_F(ProgressLine, ComesOnceAMinute) {
  EXPECT_EQ(at(59, {0, 100, 2}), "");
  EXPECT_EQ(at(60, {0, 100, 2}), "[1 min 00 s] 0/100 chips, 2 trainings to go, widest 95 % interval +-1.25 points\n");
  EXPECT_EQ(at(100, {0, 100, 1}), "");
}

TEST_F(ProgressLine, TimeOfTrainingsDoesNotCountForChips) {
  at(1000, {0, 100, 1});  // the chips begin after this
  seconds_left_ = 540;
  EXPECT_EQ(at(1060, {.chips_done = 10, .chips_total = 100, .seconds_done = 60}),
            "[17 min 40 s] 10/100 chips, 0.167 chips/s, 9 min 00 s left, widest 95 % interval +-1.25 points\n");
}

// Nine of ten chips took a second each on two ranks; the last one takes five minutes.
TEST_F(ProgressLine, TimeLeftIsThatOfTheChipsThatAreLeft) {
  at(100, {0, 100, 0});
  seconds_left_ = 300;
  EXPECT_THAT(at(145, {.chips_done = 90, .chips_total = 100, .seconds_done = 90}), testing::IsEmpty());
  EXPECT_THAT(at(160, {.chips_done = 90, .chips_total = 100, .seconds_done = 120}),
              testing::HasSubstr("2 min 30 s left"));
}

// Until 200 s one of two ranks trains; afterwards both do chips.
TEST_F(ProgressLine, RanksThatTrainWillDoChipsToo) {
  at(100, {.chips_done = 0, .chips_total = 100, .models_left = 1});
  at(200, {.chips_done = 10, .chips_total = 100, .models_left = 1, .seconds_done = 100});
  seconds_left_ = 700;
  EXPECT_THAT(at(300, {.chips_done = 30, .chips_total = 100, .seconds_done = 300}),
              testing::HasSubstr("5 min 50 s left"));
}

TEST_F(ProgressLine, SaysNothingOfChipsThatNobodyHasTimed) {
  at(100, {0, 100, 0});
  EXPECT_THAT(at(160, {.chips_done = 3, .chips_total = 100}), testing::Not(testing::HasSubstr("left")));
}

TEST_F(ProgressLine, NobodyKnowsHowLongTrainingsTake) {
  EXPECT_EQ(at(60, {30, 100, 1}),
            "[1 min 00 s] 30/100 chips, 1 training to go, 0.5 chips/s, widest 95 % interval +-1.25 points\n");
}

// Of six values two are dropped; of six points two are known.
TEST_F(ProgressLine, ARaceCountsTheValuesThatAreLeft) {
  const ProgressState until{.chips_done = 30, .chips_total = 100, .settled = 2, .points = 6};
  EXPECT_EQ(at(60, until),
            "[1 min 00 s] 30/at least 100 chips, 2 of 6 points known well enough, 0.5 chips/s, widest 95 % interval "
            "+-1.25 points\n");
  ProgressState race = until;
  race.is_race = true;
  EXPECT_EQ(at(120, race),
            "[2 min 00 s] 30/at least 100 chips, 4 of 6 values still racing, 0.25 chips/s, widest 95 % interval "
            "+-1.25 points\n");
}

TEST_F(ProgressLine, SaysNothingOfIntervalsAsWideAsAllAccuracies) {
  widest_ = 2.1;  // Student's of two chips
  EXPECT_EQ(at(60, {0, 100, 2}), "[1 min 00 s] 0/100 chips, 2 trainings to go\n");
}

}  // namespace progress_test
}  // namespace ohmcarlo
