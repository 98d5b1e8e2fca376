#include "app/progress.hpp"

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace {

/// A line a minute is due; this is the one at `now` seconds.
class ProgressLine : public testing::Test {
 protected:
  std::string at(double now, const ProgressState& state) {
    now_ = now;
    testing::internal::CaptureStderr();
    progress_.show(state, [this] { return widest_; });
    return testing::internal::GetCapturedStderr();
  }

  double widest_ = 0.0125;
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
  EXPECT_EQ(at(1060, {10, 100, 0}),
            "[17 min 40 s] 10/100 chips, 0.167 chips/s, 9 min 00 s left, widest 95 % interval +-1.25 points\n");
}

TEST_F(ProgressLine, NobodyKnowsHowLongTrainingsTake) {
  EXPECT_EQ(at(60, {30, 100, 1}),
            "[1 min 00 s] 30/100 chips, 1 training to go, 0.5 chips/s, widest 95 % interval +-1.25 points\n");
}

TEST_F(ProgressLine, SaysNothingOfIntervalsAsWideAsAllAccuracies) {
  widest_ = 2.1;  // Student's of two chips
  EXPECT_EQ(at(60, {0, 100, 2}), "[1 min 00 s] 0/100 chips, 2 trainings to go\n");
}

}  // namespace
}  // namespace ohmcarlo
