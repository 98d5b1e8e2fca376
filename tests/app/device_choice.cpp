#include "app/device_choice.hpp"

#include <gmock/gmock.h>

#include "scratch.hpp"

namespace ohmcarlo {
namespace device_choice_test {

TEST(DeviceWish, IsAWordOrADeviceWithANumber) {
  for (const char* type : {"cpu", "cuda", "auto", "twin"}) {
    EXPECT_EQ(parse_device_wish(type).type, type);
    EXPECT_FALSE(parse_device_wish(type).number);
  }
  EXPECT_EQ(parse_device_wish("cuda:12").type, "cuda");
  EXPECT_EQ(parse_device_wish("cuda:12").number, 12);
  for (const char* text : {"", "gpu", "CPU", "cuda:", "cuda:x", "cuda:-1", "cuda:1000", "cpu:0", "cuda:1 "})
    EXPECT_EQ(test::error_of([&] { (void)parse_device_wish(text); }, typeid(BadUsage)),
              std::string("--device ") + text + ": not a device (allowed: cpu, cuda, cuda:N, auto)");
}

TEST(PlaceOnHost, CountsTheRanksBeforeOnTheSameMachine) {
  const std::vector<std::string> hosts = {"a", "b", "a", "a", "b"};
  std::vector<int> places;
  for (int rank = 0; rank < 5; ++rank) places.push_back(place_on_host(hosts, rank));
  EXPECT_EQ(places, (std::vector<int>{0, 0, 1, 2, 1}));
}

std::string problem_of(const std::string& toml) {
  return device_problem(make_experiment(parse_document(toml, "e.toml", {})));
}

TEST(DeviceProblem, IsWhatDevicesCannotDoYet) {
  const std::string data = "[data]\nset = \"mnist\"\n[network]\narchitecture = ";
  EXPECT_EQ(problem_of(data + "\"mlp\"\nhidden = [10]\n"), "");
  EXPECT_EQ(problem_of(data + "\"mlp\"\nhidden = [10]\n[hardware]\nsimulate = \"arrays\"\n"),
            "chips on arrays are not for devices yet (allowed: hardware.simulate = \"weights\")");
  EXPECT_EQ(problem_of(data + "\"lenet5\"\n"), "");
  EXPECT_THAT(problem_of(data + "\"resnet18\"\n"), testing::HasSubstr("(addition) is not for devices yet"));
  EXPECT_THAT(problem_of(data + "\"mlp\"\nhidden = [10]\n[sweep]\n\"hardware.simulate\" = [\"weights\", \"arrays\"]\n"),
              testing::HasSubstr("chips on arrays"));
}

TEST(JobDevice, SaysWhatItIs) {
  EXPECT_EQ(JobDevice{}.text(), "cpu");
}

}  // namespace device_choice_test
}  // namespace ohmcarlo
