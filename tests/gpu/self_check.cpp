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
  void launch(const DrawWords& task) override {
    HostTwin::launch(task);
    if (fault_ == "words") task.out[4132] ^= 1;
  }
  void launch(const DrawNormals& task) override {
    HostTwin::launch(task);
    if (fault_ == "normals") task.out[77] = std::nextafter(task.out[77], 10.0F);
  }
  void launch(const ProgramWeights& task) override {
    HostTwin::launch(task);
    float& last = task.weights[static_cast<std::uint64_t>(task.chips) * task.cells - 1];
    if (fault_ == "weights" && task.law.slices > 1 && task.law.banded) last = std::nextafter(last, 100.0F);
  }
  using HostTwin::launch;

 private:
  std::string fault_;
};

TEST(SelfCheck, FindsASingleWrongBit) {
  for (const std::string fault : {"words", "normals", "weights"}) {
    try {
      check_device(std::make_shared<FaultyTwin>(fault));
      FAIL() << fault;
    } catch (const std::runtime_error& error) {
      EXPECT_TRUE(std::string(error.what()).starts_with("host twin: its " + fault + " are not those of the processor"))
          << error.what();
    }
  }
  EXPECT_NO_THROW(check_device(std::make_shared<FaultyTwin>("none")));
}

}  // namespace self_check_test
}  // namespace ohmcarlo::gpu
