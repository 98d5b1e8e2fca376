#include "app/simulation_text.hpp"

#include <gtest/gtest.h>

#ifdef OHMCARLO_SYSTEMC

#include "simulator/simulate.hpp"

namespace ohmcarlo {
namespace simulation_text_test {

SimulatedRun some_run() {
  SimulatedRun run;
  run.cycles = 40;
  run.modules = {{"dense1", "adc_0_1_0", 10, 40, {{20, 25}, {30, 35}}}, {"dense1", "input_buffer", 4, 4, {{0, 4}}}};
  return run;
}

TEST(SimulationText, ListsModulesWithTheirShares) {
  EXPECT_EQ(module_csv(some_run()),
            "layer,module,busy_cycles,share\ndense1,adc_0_1_0,10,0.25\ndense1,input_buffer,4,0.1\n");
}

TEST(SimulationText, ListsPeriodsInOrderOfTheirStart) {
  EXPECT_EQ(timeline_csv(some_run()),
            "layer,module,start,end\ndense1,input_buffer,0,4\ndense1,adc_0_1_0,20,25\ndense1,adc_0_1_0,30,35\n");
}

TEST(SimulationText, DefaultsAreThoseOfTheKeys) {
  const AcceleratorOptions options = default_accelerator();
  EXPECT_EQ(options.converters, 4);
  EXPECT_DOUBLE_EQ(options.clock, 1.28e9);
  EXPECT_DOUBLE_EQ(options.read_time, 1e-7);
}

}  // namespace simulation_text_test
}  // namespace ohmcarlo

#endif
