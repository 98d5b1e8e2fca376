#include "app/device_choice.hpp"

#include <gmock/gmock.h>

#include "gpu/host_twin.hpp"
#include "schedule/communicator.hpp"
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
  EXPECT_EQ(parse_device_wish("twin:0").places, std::vector<int>{0});
  EXPECT_EQ(parse_device_wish("twin:2,0,31").places, (std::vector<int>{2, 0, 31}));
  for (const char* text : {"", "gpu", "CPU", "cuda:", "cuda:x", "cuda:-1", "cuda:1000", "cpu:0", "cuda:1 ", "cuda:0,1",
                           "twin:", "twin:1,", "twin:,1", "twin:1000", "twin:x"})
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

const std::string kNetwork = "[data]\nset = \"mnist\"\n[network]\narchitecture = ";
const std::string kNotForDevices =
    kNetwork + "\"list\"\nlayers = [\"conv 2 size 3\", \"flatten\", \"norm\", \"dense classes\"]\n";

TEST(DeviceProblem, IsWhatDevicesCannotDoYet) {
  for (const std::string architecture : {"\"mlp\"\nhidden = [10]\n", "\"lenet5\"\n", "\"resnet18\"\n"})
    EXPECT_EQ(problem_of(kNetwork + architecture), "");
  EXPECT_THAT(problem_of(kNotForDevices), testing::HasSubstr("layer norm1 normalises planes that were flattened"));
  EXPECT_EQ(problem_of(kNotForDevices + "[hardware]\nsimulate = \"arrays\"\n"), "");
}

TEST(DeviceProblem, IsOfThePointsThatAreMeantAlone) {
  const Experiment experiment = make_experiment(
      parse_document(kNotForDevices + "[sweep]\n\"hardware.simulate\" = [\"arrays\", \"weights\"]\n", "e.toml", {}));
  const std::size_t first = 0, second = 1;
  EXPECT_EQ(device_problem(experiment, std::span(&first, 1)), "");
  EXPECT_THAT(device_problem(experiment, std::span(&second, 1)), testing::HasSubstr("flattened"));
  EXPECT_THAT(device_problem(experiment), testing::HasSubstr("flattened"));
}

TEST(JobDevice, SaysWhatItIs) {
  EXPECT_EQ(JobDevice{}.text(), "cpu");
  JobDevice device{.type = "cuda", .names = {"H100", "H100"}};
  EXPECT_EQ(device.kind(), "cuda");
  EXPECT_EQ(device.text(), "cuda (H100)");
  device.names = {"", "H200", ""};
  EXPECT_EQ(device.text(), "cuda (H200) on 1 of 3 ranks");
  device.mixed = true;
  EXPECT_EQ(device.kind(), "cuda+cpu");
  EXPECT_EQ(device.text(), "cuda+cpu (H200) on 1 of 3 ranks");
}

TEST(JobDevice, KnowsWhoEvaluatesChips) {
  EXPECT_TRUE(JobDevice{}.evaluates());
  EXPECT_TRUE(JobDevice{}.evaluators().empty());
  JobDevice device{.type = "cuda", .names = {"", "H100", ""}};
  EXPECT_FALSE(device.evaluates()) << "this rank has none";
  EXPECT_EQ(device.evaluators(), (std::vector<bool>{false, true, false}));
  device.mixed = true;
  EXPECT_TRUE(device.evaluates());
  EXPECT_TRUE(device.evaluators().empty()) << "all do";
  device.mixed = false;
  device.chips = std::make_shared<gpu::ChipMaker>(std::make_shared<gpu::HostTwin>());
  EXPECT_TRUE(device.evaluates());
}

/// What a job of one process chooses. `known`: the kind of the file that it resumes.
JobDevice choose(const DeviceWish& wish, const std::string& known = "", const std::string& problem = "") {
  const Communicator alone(0, nullptr);
  return choose_device(alone, wish, {"here"}, problem, [&] { return known; });
}

TEST(ChooseDevice, OpensTheTwinOnTheRanksThatHaveOne) {
  for (const char* text : {"twin", "twin:0", "twin:3,0"}) {
    const JobDevice device = choose(parse_device_wish(text));
    EXPECT_TRUE(device.chips != nullptr);
    EXPECT_EQ(device.text(), "twin (host twin)");
  }
  EXPECT_EQ(test::error_of([] { (void)choose(parse_device_wish("twin:1")); }, typeid(BadUsage)),
            "--device twin: no rank has one (allowed: --device cpu)");
  EXPECT_EQ(test::error_of([] { (void)choose({.type = "twin"}, "", "not for devices"); }, typeid(BadUsage)),
            "--device twin: not for devices");
}

TEST(ChooseDevice, GoesOnWithWhatEvaluatedTheFile) {
  EXPECT_EQ(choose({.type = "auto"}, "cpu").kind(), "cpu");
  EXPECT_EQ(choose({.type = "auto"}, "twin").kind(), "twin");
  EXPECT_EQ(choose({.type = "auto"}, "twin+cpu").kind(), "twin+cpu");
  EXPECT_EQ(choose({.type = "auto", .mixed = true}, "twin+cpu").kind(), "twin+cpu");
  EXPECT_EQ(choose({.type = "auto", .mixed = true}, "twin").kind(), "twin+cpu") << "which the file then refuses";
  EXPECT_EQ(choose({.type = "cpu"}, "twin").kind(), "cpu");
  EXPECT_EQ(choose({.type = "auto"}, "", "not for devices").kind(), "cpu");
  EXPECT_THAT(test::error_of([] { (void)choose({.type = "auto", .mixed = true}, "cpu"); }, typeid(BadUsage)),
              testing::HasSubstr("--mixed: the chips of the file were evaluated by the processor"));
  EXPECT_EQ(test::error_of([] { (void)choose({.type = "auto", .mixed = true}, "", "not for it"); }, typeid(BadUsage)),
            "--device cuda: not for it");
}

}  // namespace device_choice_test
}  // namespace ohmcarlo
