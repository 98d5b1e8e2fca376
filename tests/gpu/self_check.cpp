#include "gpu/self_check.hpp"

#include <gtest/gtest.h>

#include "gpu/on_devices.hpp"

namespace ohmcarlo::gpu {
namespace self_check_test {

class SelfCheckOnDevices : public OnDevices {};
INSTANTIATE_TEST_SUITE_P(Each, SelfCheckOnDevices, kDevices, kNameOfDevice);

TEST_P(SelfCheckOnDevices, Passes) {
  EXPECT_NO_THROW(check_device(device_));
}

/// One bit of one of its numbers is wrong.
class FaultyTwin final : public HostTwin {
 public:
  explicit FaultyTwin(std::string fault) : fault_(std::move(fault)) {}
  void launch(const Task& task) override {
    HostTwin::launch(task);
    if (const auto* words = std::get_if<DrawWords>(&task); words != nullptr && fault_ == "words") words->out[4132] ^= 1;
    if (const auto* normals = std::get_if<DrawNormals>(&task); normals != nullptr && fault_ == "normals")
      normals->out[77] = std::nextafter(normals->out[77], 10.0F);
    if (const auto* cells = std::get_if<SumCells>(&task); cells != nullptr && fault_ == "cells")
      cells->sums[69] = std::nextafter(cells->sums[69], 100.0F);
    if (const auto* tiles = std::get_if<ReadTiles<4>>(&task); tiles != nullptr && fault_ == "codes")
      tiles->totals[200] += 1;
    const auto* program = std::get_if<ProgramWeights>(&task);
    if (program == nullptr || fault_ != "weights" || program->law.slices < 2 || !program->law.banded) return;
    float& last = program->weights[static_cast<std::uint64_t>(program->chips) * program->cells - 1];
    last = std::nextafter(last, 100.0F);
  }

 private:
  std::string fault_;
};

TEST(SelfCheck, FindsASingleWrongBit) {
  const std::pair<std::string, std::string> faults[] = {{"words", "words"},
                                                        {"normals", "normals"},
                                                        {"weights", "weights"},
                                                        {"cells", "reads of arrays"},
                                                        {"codes", "reads of arrays"}};
  for (const auto& [fault, named] : faults) {
    try {
      check_device(std::make_shared<FaultyTwin>(fault));
      FAIL() << fault;
    } catch (const std::runtime_error& error) {
      EXPECT_TRUE(std::string(error.what()).starts_with("host twin: its " + named + " are not those of the processor"))
          << error.what();
    }
  }
  EXPECT_NO_THROW(check_device(std::make_shared<FaultyTwin>("none")));
}

}  // namespace self_check_test
}  // namespace ohmcarlo::gpu
