#include "app/tail_job.hpp"

#include <gmock/gmock.h>

#include "base/bytes.hpp"

namespace ohmcarlo {
namespace tail_job_test {

TEST(TailJob, LessonsArriveAsTheyWereSent) {
  TailLesson lesson;
  lesson.stages.push_back({.level = 3, .threshold = {0.5, -1}, .step = 0.6, .chains = {}});
  lesson.stages.back().chains.push_back({.key = 7, .moves = {{8, 0.8F, 0.6F}}, .score = {0.4, -2}, .length = 9});
  lesson.stages.push_back({});
  const auto read = unpack_bytes<TailLesson>(pack_bytes(lesson));
  ASSERT_EQ(read.stages.size(), 2U);
  EXPECT_EQ(read.stages[0].level, 3U);
  EXPECT_EQ(read.stages[0].threshold, (ChipScore{0.5, -1}));
  ASSERT_EQ(read.stages[0].chains.size(), 1U);
  EXPECT_EQ(read.stages[0].chains[0].moves, lesson.stages[0].chains[0].moves);
  EXPECT_EQ(read.stages[0].chains[0].length, 9U);
  EXPECT_EQ(read.stages[1].level, 0U);
}

}  // namespace tail_job_test
}  // namespace ohmcarlo
