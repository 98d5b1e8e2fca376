// A device that is lost in the middle of a job: the job ends in a line that names it, what is finished is kept, and the
// same job with a device that lasts ends with the file that an undisturbed one writes.

#include <limits>
#include <thread>

#include <gtest/gtest.h>

#include "app/job.hpp"
#include "app/store_source.hpp"
#include "gpu/host_twin.hpp"
#include "schedule/worker.hpp"
#include "storage/results_file.hpp"
#include "trial/messages.hpp"
#include "trial/metrics.hpp"
#include "trial/small_job.hpp"

namespace ohmcarlo::test {
namespace lost_device_test {

constexpr const char* kSmall =
    "network.hidden = [6]\ntrials.count = 24\n[training]\nepochs = 1\nbatch = 20\n[sweep]\n"
    "\"hardware.variation.sigma\" = [0.1, 0.2]\n";
constexpr int kForever = std::numeric_limits<int>::max();

/// A twin that is lost once it has been given some work. A GPU that is lost fails whatever is asked of it.
class FrailTwin final : public gpu::HostTwin {
 public:
  explicit FrailTwin(int launches) : left_(launches) {}

  [[nodiscard]] std::string name() const override { return "frail twin"; }
  void launch(const gpu::Task& task) override {
    ++launched_;
    use();
    if (left_ < kForever) --left_;
    HostTwin::launch(task);
  }
  void download(void* to, const void* from, std::size_t bytes) override {
    use();
    HostTwin::download(to, from, bytes);
  }
  [[nodiscard]] int launched() const { return launched_; }

 private:
  void use() const {
    if (left_ == 0) throw std::runtime_error("cuda:3 (" + name() + "): a kernel does not start (device lost)");
  }
  int left_, launched_ = 0;
};

/// A job of two points, 24 chips each, whose chips a device evaluates. Runs go on with the file that is there.
class DeviceJob {
 public:
  ExitCode run(const std::shared_ptr<FrailTwin>& device) {
    Experiment experiment = job_.experiment();
    experiment.device = "twin";
    const std::vector<Metric> metrics = metrics_of(experiment);
    const ModelStore store(folder_ / "models");
    StoreSource models(store);
    RunOptions options;
    options.out = folder_ / "r.h5";
    options.if_exists = IfExists::resume;
    Session session(options.out, options.if_exists, experiment, metrics, job_.hashes(), 10, {});
    ExperimentTasks work(experiment, job_.plan(), job_.data(), models, job_.clock(),
                         std::make_shared<gpu::ChipMaker>(device));
    const Tasks tasks{
        [&](std::uint32_t model, const Poll& poll, const Say& say) { return pack(work.train(model, poll, say)); },
        [&](std::uint32_t lot, std::uint32_t unit, const Poll& poll) { return pack(work.evaluate(lot, unit, poll)); },
        [](const std::string&) {}};
    LocalLine line;
    std::thread worker([&] { (void)run_worker(line, tasks, job_.clock()); });
    Communicator alone(0, nullptr);
    const ExitCode code =
        Job(options, experiment, metrics, job_.plan(), job_.plan(), session, store, job_.clock(), {true})
            .run(alone, line, job_.clock()());
    worker.join();
    return code;
  }
  [[nodiscard]] Results results() const { return load_results(folder_ / "r.h5"); }

 private:
  Scratch folder_;
  SmallJob job_{kSmall};
};

std::size_t chips_done(const Results& results) {
  return static_cast<std::size_t>(std::ranges::count(results.table.state, CellState::done));
}

TEST(LostDevice, EndsTheJobInALineThatNamesItAndCanBeResumed) {
  DeviceJob undisturbed;
  const auto lasting = std::make_shared<FrailTwin>(kForever);
  ASSERT_EQ(undisturbed.run(lasting), ExitCode::done);
  ASSERT_EQ(chips_done(undisturbed.results()), 48U);

  DeviceJob job;
  ::testing::internal::CaptureStderr();
  const ExitCode code = job.run(std::make_shared<FrailTwin>(lasting->launched() / 2));
  const std::string said = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(code, ExitCode::failed);
  const std::string line = "ohmcarlo: cuda:3 (frail twin): a kernel does not start (device lost)\n";
  EXPECT_NE(said.find(line), std::string::npos) << said;
  EXPECT_EQ(said.find("ohmcarlo: "), said.rfind("ohmcarlo: ")) << "one line\n" << said;
  const Results kept = job.results();
  EXPECT_EQ(kept.status, RunStatus::interrupted);
  EXPECT_GT(chips_done(kept), 0U);
  EXPECT_LT(chips_done(kept), 48U);

  EXPECT_EQ(job.run(std::make_shared<FrailTwin>(kForever)), ExitCode::done);
  EXPECT_EQ(job.results().status, RunStatus::complete);
  EXPECT_EQ(job.results().table.values, undisturbed.results().table.values);
}

TEST(LostDevice, AtOnceEndsTheJobToo) {
  DeviceJob job;
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(job.run(std::make_shared<FrailTwin>(0)), ExitCode::failed);
  EXPECT_NE(::testing::internal::GetCapturedStderr().find("ohmcarlo: cuda:3 (frail twin): "), std::string::npos);
  EXPECT_EQ(chips_done(job.results()), 0U);
  EXPECT_EQ(job.results().models.size(), 1U) << "the network is kept";
}

}  // namespace lost_device_test
}  // namespace ohmcarlo::test
