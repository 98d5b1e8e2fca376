#include "config/deployment.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "experiment/refusal.hpp"

namespace ohmcarlo {
namespace deployment_test {

const std::string kDefective = R"(
data.set = "mnist"
[hardware]
simulate = "arrays"
mapping = "mid-point"
g_min = 1e-6
g_max = 1e-4
[hardware.defects]
rate = 0.1
)";

DeploymentOptions options(const std::string& more) {
  return experiment_of(kDefective + "[deployment]\n" + more).points.front().deployment;
}

TEST(Deployment, IsNothingUnlessAskedFor) {
  EXPECT_FALSE(experiment_of(kDefective).points.front().deployment.any());
  EXPECT_FALSE(options("steps = []").any());
}

TEST(Deployment, HasTheDefaultsOfThePaper) {
  const DeploymentOptions both = options(R"(steps = ["in-situ", "calibrate"])");
  EXPECT_FALSE(both.retrain);
  EXPECT_EQ(both.calibrate->form, StandardForm::constant);
  EXPECT_EQ(both.calibrate->standard, StandardKind::mean);
  EXPECT_EQ(both.calibrate->reads, 1);
  EXPECT_EQ(both.in_situ->threshold, 1e-2);
  EXPECT_EQ(both.in_situ->updates, 600);
  EXPECT_EQ(both.in_situ->batch, 100);
  EXPECT_EQ(both.in_situ->learning_rate, 0.02);
  EXPECT_EQ(both.in_situ->rule, WriteRule::analog);
}

TEST(Deployment, ReadsEveryKey) {
  const DeploymentOptions all = options(R"(steps = ["calibrate", "in-situ", "retrain"]
calibrate = { form = "projection", standard = "ones", groups = 7, reads = 3 }
in-situ = { threshold = 0.1, updates = 60, check_every = 9, batch = 8, learning_rate = 0.5, rule = "pulses", pulse = 0.25, smallest_write = 0.125, write_sigma = 0.75 }
retrain = { updates = 5, batch = 6, learning_rate = 0.25 }
)");
  EXPECT_EQ(all.calibrate->form, StandardForm::projection);
  EXPECT_EQ(all.calibrate->standard, StandardKind::ones);
  EXPECT_EQ(all.calibrate->groups, 7);
  EXPECT_EQ(all.calibrate->reads, 3);
  EXPECT_EQ(all.in_situ->threshold, 0.1);
  EXPECT_EQ(all.in_situ->updates, 60);
  EXPECT_EQ(all.in_situ->check_every, 9);
  EXPECT_EQ(all.in_situ->batch, 8);
  EXPECT_EQ(all.in_situ->learning_rate, 0.5);
  EXPECT_EQ(all.in_situ->rule, WriteRule::pulses);
  EXPECT_EQ(all.in_situ->pulse, 0.25);
  EXPECT_EQ(all.in_situ->smallest_write, 0.125);
  EXPECT_EQ(all.in_situ->write_sigma, 0.75);
  EXPECT_EQ(all.retrain->updates, 5);
  EXPECT_EQ(all.retrain->batch, 6);
  EXPECT_EQ(all.retrain->learning_rate, 0.25);
}

TEST(Deployment, AxisOfStepsAndLayersIsText) {
  const Experiment experiment = experiment_of(kDefective + R"([sweep]
"deployment.steps" = [[], ["calibrate"], ["calibrate", "in-situ"]]
"hardware.defects.layers" = [[1], [1, 2]]
)");
  const auto texts = [&](std::size_t axis) {
    std::vector<std::string> found;
    for (const AxisValue& value : experiment.shape.axes[axis].values) found.push_back(std::get<std::string>(value));
    return found;
  };
  EXPECT_EQ(texts(0), (std::vector<std::string>{"[]", "[\"calibrate\"]", "[\"calibrate\", \"in-situ\"]"}));
  EXPECT_EQ(texts(1), (std::vector<std::string>{"[1]", "[1, 2]"}));
  EXPECT_EQ(experiment.points[0].hardware.array.cells.defects->layers, std::vector<std::uint32_t>{0});
  // Chips to which something is done are others for the plan, networks are the same.
  EXPECT_NE(experiment.points[0].chip_settings, experiment.points[2].chip_settings);
  EXPECT_EQ(experiment.points[0].training_settings, experiment.points[2].training_settings);
}

TEST(Deployment, RefusesWhatItIsNotMadeFor) {
  const auto steps = [](const std::string& text, const std::vector<std::string>& sets = {}) {
    return refused(kDefective + "[deployment]\nsteps = " + text + "\n", sets);
  };
  using testing::HasSubstr;
  EXPECT_THAT(steps(R"(["calibrated"])"),
              HasSubstr("unknown step \"calibrated\" (allowed: \"calibrate\", \"in-situ\""));
  EXPECT_THAT(steps(R"(["in-situ", "in-situ"])"), HasSubstr("\"in-situ\" stands there twice"));
  EXPECT_THAT(steps(R"(["in-situ"])", {"hardware.mapping=offset"}), HasSubstr("pairs of one cell each"));
  EXPECT_THAT(steps(R"(["in-situ"])", {"hardware.mapping=one-sided", "hardware.weight_bits=8", "hardware.cell_bits=2"}),
              HasSubstr("pairs of one cell each"));
  EXPECT_THAT(steps(R"(["in-situ"])", {"hardware.wires.row_ohm=1"}), HasSubstr("wires"));
  EXPECT_THAT(steps(R"(["in-situ"])", {"hardware.drift.time=10"}), HasSubstr("drift"));
  EXPECT_THAT(steps(R"(["retrain"])", {"hardware.defects.lifetime=read"}), HasSubstr("hardware.defects.lifetime"));
  EXPECT_THAT(steps(R"(["calibrate"])", {"deployment.calibrate.groups=3"}),
              HasSubstr("no point of this experiment reads"));
  EXPECT_THAT(steps(R"(["in-situ"])", {"deployment.in-situ.pulse=0.1"}),
              HasSubstr("no point of this experiment reads"));
  EXPECT_THAT(steps(R"(["calibrate"])", {"network.architecture=lstm", "data.set=fsdd"}), HasSubstr("layer lstm1"));
  EXPECT_THAT(refused("data.set = \"mnist\"\ndeployment.steps = [\"calibrate\"]\n"),
              HasSubstr("simulate = \"arrays\""));
  EXPECT_THAT(refused("data.set = \"mnist\"\nhardware.simulate = \"arrays\"\nhardware.faults.rate = 0.1\n"
                      "deployment.steps = [\"retrain\"]\n"),
              HasSubstr("hardware.defects"));
}

TEST(Describe, SaysWhatStepsDo) {
  const std::vector<std::string> lines = describe(options(R"(steps = ["calibrate", "in-situ", "retrain"]
calibrate = { form = "projection", groups = 7, reads = 3 })"));
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_THAT(lines[0], testing::StartsWith("retrain: 600 digital updates of 100 images"));
  EXPECT_THAT(lines[1],
              testing::StartsWith("calibrate: 7 standard inputs a layer (at most one an input), read 3 times each"));
  EXPECT_THAT(lines[2], testing::StartsWith("in-situ: at most 600 updates of 100 images, 50 between looks"));
}

}  // namespace deployment_test
}  // namespace ohmcarlo
