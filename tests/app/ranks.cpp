#include "app/ranks.hpp"

#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace ohmcarlo {
namespace ranks_test {

using ::testing::internal::CaptureStderr;
using ::testing::internal::GetCapturedStderr;

const Tasks kDoubling{.train = [](std::uint32_t model, const Poll&, const Say&) { return std::to_string(2 * model); },
                      .evaluate = [](std::uint32_t, std::uint32_t, const Poll&) { return std::string(); }};

// Without a launcher this process is the whole job: its second thread does the work.
TEST(ShareWork, TheThreadBesideTheManagerWorksUntilItIsDismissed) {
  Communicator alone(0, nullptr);
  std::string payload;
  const int status = share_work(alone, kDoubling, steady_clock(), [&](LocalLine& line) {
    line.send_order(TrainModel{21});
    while (payload.empty()) {
      const std::optional<Report> report = line.next_report();
      if (!report) std::this_thread::yield();
      if (const auto* trained = report ? std::get_if<ModelTrained>(&*report) : nullptr) payload = trained->payload;
    }
    JobHub hub(alone, line);
    dismiss(hub, static_cast<int>(ExitCode::resumable));
    return ExitCode::resumable;
  });
  EXPECT_EQ(payload, "42");
  EXPECT_EQ(status, 75);
}

TEST(ShareWork, AManagerThatFailsDismissesTheWorkersWithItsStatus) {
  Communicator alone(0, nullptr);
  CaptureStderr();
  const int bad_file =
      share_work(alone, kDoubling, steady_clock(), [](LocalLine&) -> ExitCode { fail_results("R.h5: no"); });
  EXPECT_EQ(bad_file, 4);
  EXPECT_EQ(GetCapturedStderr(), "ohmcarlo: R.h5: no\n");
  CaptureStderr();
  const int broken =
      share_work(alone, kDoubling, steady_clock(), [](LocalLine&) -> ExitCode { throw std::logic_error("broken"); });
  EXPECT_EQ(broken, 1);
  EXPECT_EQ(GetCapturedStderr(), "ohmcarlo: broken\n");
}

TEST(RunUnderMpi, ReturnsWhatTheCommandReturns) {
  EXPECT_EQ(run_under_mpi(0, nullptr, [](Communicator& alone, const Clock&) { return 3 + alone.rank(); }), 3);
}

TEST(RunUnderMpi, AnErrorIsPrintedOnceAndEndsInItsStatus) {
  CaptureStderr();
  EXPECT_EQ(run_under_mpi(0, nullptr, [](Communicator&, const Clock&) -> int { fail_data("mnist: cut short"); }), 3);
  EXPECT_EQ(GetCapturedStderr(), "ohmcarlo: mnist: cut short\n");
}

}  // namespace ranks_test
}  // namespace ohmcarlo
