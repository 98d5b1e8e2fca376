#include "schedule/work.hpp"

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace work_test {

TEST(Work, CountsTheUnitsOfAllLots) {
  EXPECT_EQ((Work{{true, true}, {{0, {0, 1, 2}}, {1, {}}, {1, {4, 5, 6, 7}}}}.units()), 7U);
  EXPECT_EQ(Work{}.units(), 0U);
}

TEST(Work, CountsNeededUnitsOnly) {
  EXPECT_EQ((Work{{true}, {{.model = 0, .units = {1, 2, 5, 7}, .needed = 5}, {.model = 0, .units = {3}, .needed = 3}}}
                 .units()),
            2U);
}

}  // namespace work_test
}  // namespace ohmcarlo
