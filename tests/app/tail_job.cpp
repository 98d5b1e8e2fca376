#include "app/tail_job.hpp"

#include <gmock/gmock.h>

#include "base/bytes.hpp"

namespace ohmcarlo {
namespace tail_job_test {

TEST(TailJob, LessonsArriveAsTheyWereSent) {
  TailLesson lesson{.units = {5, 9}, .chips = {{7}, {7, {3, {{8, 0.8F, 0.6F}}}}}};
  lesson.bound = 0.25;
  const auto read = unpack_bytes<TailLesson>(pack_bytes(lesson));
  EXPECT_EQ(read.units, lesson.units);
  ASSERT_EQ(read.chips.size(), 2U);
  ASSERT_EQ(read.chips[1].size(), 2U);
  EXPECT_EQ(read.chips[0][0].key, 7U);
  EXPECT_TRUE(read.chips[1][0].moves.empty());
  EXPECT_EQ(read.chips[1][1].key, 3U);
  EXPECT_EQ(read.chips[1][1].moves, lesson.chips[1][1].moves);
  EXPECT_EQ(read.bound, 0.25);
}

}  // namespace tail_job_test
}  // namespace ohmcarlo
