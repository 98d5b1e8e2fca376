#include "simulator/systemc_session.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "chip/small_arrays.hpp"
#include "chip/small_sequences.hpp"

namespace ohmcarlo {
namespace systemc_session_test {

ArrayNetwork some_network() {
  ArrayOptions options = small::noisy();
  options.dac.coding.bits = 4;
  ArrayNetwork network = small::network_on(options, small::few_tests());
  network.program(small::kKey, 0, 2, small::kNoPoll);
  return network;
}

SimulationOptions some_options(const std::string& vcd = "") {
  SimulationOptions options;
  options.accelerator.read_time = 5e-9;
  options.vcd = vcd;
  return options;
}

TEST(SystemcSession, IsOneOfSeveralInAProcess) {
  const ArrayNetwork network = some_network();
  const std::vector<float> x(36, 0.5F);
  std::vector<Index> ends;
  for (int again = 0; again < 3; ++again) {
    SystemcSession session(network, some_options());
    ASSERT_EQ(session.layers(), 3U);
    EXPECT_EQ(session.now(), 0);
    session.connect(0, [](const VectorName&, std::span<const float>) {});
    session.layer(0).store({}, x);
    session.run();
    ends.push_back(session.layer(0).last_output());
  }
  EXPECT_GT(ends[0], 0);
  EXPECT_EQ(ends[1], ends[0]);
  EXPECT_EQ(ends[2], ends[0]);
}

TEST(SystemcSession, EndsWithWhatATakerThrows) {
  const ArrayNetwork network = some_network();
  const std::vector<float> x(36, 0.5F);
  SystemcSession session(network, some_options());
  session.connect(0, [](const VectorName&, std::span<const float>) { fail_usage("enough"); });
  session.layer(0).store({}, x);
  EXPECT_THROW(session.run(), BadUsage);
}

// The trace has a signal for each module's work, and changes with them; it does not change what happens.
TEST(SystemcSession, WritesATrace) {
  const ArrayNetwork network = some_network();
  const auto path = std::filesystem::temp_directory_path() / "ohmcarlo_session_test.vcd";
  std::filesystem::remove(path);
  const std::vector<std::uint32_t> images{1};
  const SimulatedRun traced = simulate(network, some_options(path.string()), images, small::kNoPoll);
  const SimulatedRun plain = simulate(network, some_options(), images, small::kNoPoll);
  EXPECT_EQ(traced.logits.logits, plain.logits.logits);
  EXPECT_EQ(traced.cycles, plain.cycles);
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  std::filesystem::remove(path);
  for (const char* name : {"adc_0_0_0", "crossbar_1", "busy", "valid", "value"})
    EXPECT_NE(text.str().find(name), std::string::npos) << name;
  EXPECT_NE(text.str().find("\n#" + std::to_string(2)), std::string::npos);
  EXPECT_THROW((void)simulate(network, some_options("/nowhere/trace.vcd"), images, small::kNoPoll), BadUsage);
}

}  // namespace systemc_session_test
}  // namespace ohmcarlo
