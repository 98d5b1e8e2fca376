#include "app/results_size.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "app/session.hpp"
#include "experiment/refusal.hpp"
#include "scratch.hpp"
#include "trial/metrics.hpp"

namespace ohmcarlo::test {
namespace results_size_test {

// What a job writes that has all its networks and as many chips as it may have.
TEST(ResultsSize, IsThatOfTheFileOfAFinishedJob) {
  for (const char* trials : {"trials.count = 3\n", "trials.count = 700\n",
                             "trials.until = { metric = \"accuracy\", half_width = 0.01, min = 16, max = 640 }\n"}) {
    const Experiment experiment =
        experiment_of("data.set = \"mnist\"\ntraining.replicas = 3\n" + std::string(trials) +
                      "[sweep]\n\"training.method\" = [\"plain\", \"noise-injection\"]\n\"hardware.variation.sigma\" "
                      "= [0.0, 0.1, 0.2]\n");
    const std::vector<Metric> metrics = metrics_of(experiment);
    const std::map<std::string, std::string> hashes = {{experiment.points[0].data.name, std::string(64, 'a')}};
    const Plan plan = make_plan(experiment, hashes, {});
    const Scratch folder;
    Session session(folder / "R.h5", IfExists::refuse, experiment, metrics, hashes, 10, {{"started", "now"}});
    session.make_room(experiment.most_chips());
    for (std::uint32_t i = 0; i < plan.models.size(); ++i) {
      ModelRecord record;
      record.id = plan.models[i].id;
      record.identity = plan.models[i].identity;
      record.file = record.id + ".model.h5";
      session.add(record, plan, i);
    }
    session.save(RunStatus::complete);
    const auto written = static_cast<double>(fs::file_size(folder / "R.h5"));
    EXPECT_NEAR(static_cast<double>(results_size(experiment, plan, metrics)), written, 0.03 * written) << trials;
  }
}

// Of more than 10,000 points the chips alone are counted: more than half of what fewer points take in full.
TEST(ResultsSize, OfVeryManyPointsItIsCountedWithoutMakingThem) {
  const auto bytes_a_point = [](int points) {
    const Experiment experiment = experiment_of(fmt::format(
        "data.set = \"mnist\"\ntrials.count = 100\n[sweep]\n\"hardware.variation.sigma\" = {{ start = 0.001, stop = "
        "{}, step = 0.001 }}\n",
        0.001 * points));
    const std::map<std::string, std::string> hashes = {{experiment.points[0].data.name, std::string(64, 'a')}};
    return static_cast<double>(results_size(experiment, make_plan(experiment, hashes, {}), metrics_of(experiment))) /
           points;
  };
  const double whole = bytes_a_point(1000), counted = bytes_a_point(10001);
  EXPECT_GT(counted, 0.5 * whole);
  EXPECT_LT(counted, 1.3 * whole);
}

}  // namespace results_size_test
}  // namespace ohmcarlo::test
