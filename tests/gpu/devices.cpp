#include "gpu/devices.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace ohmcarlo::gpu {
namespace devices_test {

std::string refusal(int number) {
  try {
    (void)open_cuda(number);
  } catch (const BadUsage& error) {
    return error.what();
  }
  return "none";
}

TEST(DevicesOfCuda, AreThereOrItIsSaidWhyNot) {
  EXPECT_EQ(cuda_devices() > 0, cuda_problem().empty());
  EXPECT_FALSE(cuda_is_absent() && cuda_devices() > 0);
  EXPECT_FALSE(cuda_is_absent() && cuda_problem().empty());
  EXPECT_EQ(cuda_text().ends_with("CUDA"), cuda_problem() == "this program was built without CUDA");
}

TEST(DevicesOfCuda, AreRefusedInOneLineIfTheyAreNotThere) {
  for (const int number : {-1, 1000}) {
    const std::string line = refusal(number);
    EXPECT_TRUE(line.starts_with("cuda:" + std::to_string(number) + ": ")) << line;
    EXPECT_EQ(line.find('\n'), std::string::npos);
    if (cuda_devices() == 0)
      EXPECT_TRUE(line.ends_with(cuda_problem())) << line;
    else
      EXPECT_NE(line.find("allowed: cuda:0 to cuda:"), std::string::npos) << line;
  }
}

}  // namespace devices_test
}  // namespace ohmcarlo::gpu
