#include "simulator/clocked_module.hpp"

#include <gtest/gtest.h>

#include "simulator/probe.hpp"

namespace ohmcarlo {
namespace clocked_module_test {

/// Works at edges 2 and 5, and is busy for 3 cycles from 2 on and for 4 from 5 on.
class Worker final : public ClockedModule {
 public:
  std::vector<Index> due, calls;
  explicit Worker(const sc_core::sc_module_name& name) : ClockedModule(name) {
    SC_METHOD(act);
    sensitive << edge();
  }

 private:
  SC_HAS_PROCESS(Worker);
  void act() {
    calls.push_back(now());
    if (is_due()) {
      due.push_back(now());
      occupy(now() == 2 ? 3 : 4, 2);
      EXPECT_FALSE(is_due());  // once an edge
    }
    if (due.size() < 2) wait_for(now() == 0 ? 2 : 3);
  }
};

TEST(ClockedModule, ActsAtTheEdgesItWaitedForAndSleepsOtherwise) {
  const OwnKernel kernel;
  Worker worker("worker");
  worker.keep_periods();
  finish();
  EXPECT_EQ(worker.due, (std::vector<Index>{2, 5}));
  EXPECT_EQ(worker.calls, (std::vector<Index>{0, 2, 5}));
  EXPECT_EQ(worker.activity().cycles(), 7);
  EXPECT_EQ(worker.activity().periods(), (std::vector<Period>{{2, 9}}));
  EXPECT_EQ(worker.work(), 14);
}

TEST(Activity, CountsCyclesOnceAndKeepsPeriodsApart) {
  Activity activity;
  activity.add(1, 3);
  activity.add(3, 4);
  activity.add(3, 5);
  activity.add(8, 8);
  activity.add(9, 10);
  EXPECT_EQ(activity.cycles(), 5);
  EXPECT_EQ(activity.periods(), (std::vector<Period>{{1, 5}, {9, 10}}));
}

}  // namespace clocked_module_test
}  // namespace ohmcarlo
