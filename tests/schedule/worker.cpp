#include "schedule/worker.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <string>

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace ohmcarlo {
namespace worker_test {

/// Gives orders in their turn and keeps what the worker reports.
class Script final : public WorkerPort {
 public:
  explicit Script(std::deque<Order> orders) : orders_(std::move(orders)) {}
  [[nodiscard]] std::optional<Order> next_order() override {
    if (orders_.empty()) return std::nullopt;
    Order order = orders_.front();
    orders_.pop_front();
    return order;
  }
  void send_report(const Report& report) override { reports.push_back(report); }

  /// How many reports are of this kind.
  template <class Kind>
  [[nodiscard]] std::size_t count() const {
    return static_cast<std::size_t>(std::count_if(
        reports.begin(), reports.end(), [](const Report& report) { return std::holds_alternative<Kind>(report); }));
  }

  std::vector<Report> reports;

 private:
  std::deque<Order> orders_;
};

/// A script's orders, all at once, and the order to leave once that is due.
class Later final : public WorkerPort {
 public:
  Later(Script& script, std::function<bool()> leaves) : script_(script), leaves_(std::move(leaves)) {}
  [[nodiscard]] std::optional<Order> next_order() override {
    if (std::optional<Order> order = script_.next_order()) return order;
    if (left_ || !leaves_()) return std::nullopt;
    left_ = true;
    return Leave{0};
  }
  void send_report(const Report& report) override { script_.send_report(report); }

 private:
  Script& script_;
  std::function<bool()> leaves_;
  bool left_ = false;
};

const Tasks kTasks{[](std::uint32_t model, const Poll&, const Say& say) {
                     say("training");
                     return "model " + std::to_string(model);
                   },
                   [](std::uint32_t lot, std::uint32_t unit, const Poll&) {
                     return std::to_string(lot) + "/" + std::to_string(unit);
                   }};

TEST(Worker, LeavesWithTheStatusItIsGiven) {
  Script script({Leave{42}});
  EXPECT_EQ(run_worker(script, kTasks, steady_clock()), 42);
  EXPECT_TRUE(script.reports.empty());
}

// All orders are there at once: what waits is dropped, and every item is accounted for.
TEST(Worker, DropsWhatWaitsWhenItDrains) {
  Script script({TrainModel{1}, EvaluateUnits{2, {3, 4}}, Drain{}, Leave{0}});
  EXPECT_EQ(run_worker(script, kTasks, steady_clock()), 0);
  EXPECT_EQ(script.count<ItemFinished>(), 2U);
  EXPECT_EQ(script.reports.size(), 2U);
}

/// Orders that come one by one, each when the one before is finished.
class OneByOne final : public WorkerPort {
 public:
  explicit OneByOne(std::deque<Order> orders) : orders_(std::move(orders)) {}
  [[nodiscard]] std::optional<Order> next_order() override {
    if (busy_ || orders_.empty()) return std::nullopt;
    Order order = orders_.front();
    orders_.pop_front();
    busy_ = !std::holds_alternative<Brief>(order);  // nobody is told when it is learned
    return order;
  }
  void send_report(const Report& report) override {
    if (std::holds_alternative<ItemFinished>(report)) busy_ = false;
    reports.push_back(report);
  }
  std::vector<Report> reports;

 private:
  std::deque<Order> orders_;
  bool busy_ = false;
};

TEST(Worker, ReportsWhatItsTasksReturn) {
  OneByOne script({TrainModel{1}, EvaluateUnits{2, {3, 4}}, Leave{0}});
  EXPECT_EQ(run_worker(script, kTasks, steady_clock()), 0);
  ASSERT_EQ(script.reports.size(), 5U);
  EXPECT_EQ(std::get<Note>(script.reports[0]).line, "training");
  EXPECT_EQ(std::get<ModelTrained>(script.reports[1]).model, 1U);
  EXPECT_EQ(std::get<ModelTrained>(script.reports[1]).payload, "model 1");
  const auto& evaluated = std::get<UnitsEvaluated>(script.reports[3]);
  EXPECT_EQ(evaluated.lot, 2U);
  ASSERT_EQ(evaluated.results.size(), 2U);
  EXPECT_EQ(evaluated.results[1].unit, 4U);
  EXPECT_EQ(evaluated.results[1].payload, "2/4");
  EXPECT_TRUE(std::holds_alternative<ItemFinished>(script.reports[4]));
}

TEST(Worker, AThrowingTaskEndsTheItemAndKeepsWhatWasFinished) {
  Tasks tasks = kTasks;
  tasks.evaluate = [](std::uint32_t, std::uint32_t unit, const Poll&) -> std::string {
    if (unit == 4) fail_data("cut short");
    return "fine";
  };
  OneByOne script({EvaluateUnits{2, {3, 4, 5}}, EvaluateUnits{2, {6}}, Leave{0}});
  EXPECT_EQ(run_worker(script, tasks, steady_clock()), 0);
  std::vector<std::uint32_t> finished;
  std::size_t failures = 0;
  for (const Report& report : script.reports) {
    if (const auto* failure = std::get_if<Failure>(&report)) {
      EXPECT_EQ(failure->message, "cut short");
      ++failures;
    }
    if (const auto* units = std::get_if<UnitsEvaluated>(&report))
      for (const UnitResult& result : units->results) finished.push_back(result.unit);
  }
  EXPECT_EQ(failures, 1U);
  EXPECT_EQ(finished, (std::vector<std::uint32_t>{3, 6}));
}

// What is learned is not an item: nobody waits for it to be finished.
TEST(Worker, LearnsBeforeTheItemsThatComeAfter) {
  std::vector<std::string> said;
  Tasks tasks = kTasks;
  tasks.learn = [&](const std::string& brief) { said.push_back("learn " + brief); };
  tasks.evaluate = [&](std::uint32_t, std::uint32_t unit, const Poll&) {
    said.push_back("unit " + std::to_string(unit));
    return std::string();
  };
  OneByOne script({Brief{"one"}, EvaluateUnits{2, {3}}, Brief{"two"}, EvaluateUnits{2, {4}}, Leave{0}});
  EXPECT_EQ(run_worker(script, tasks, steady_clock()), 0);
  EXPECT_EQ(said, (std::vector<std::string>{"learn one", "unit 3", "learn two", "unit 4"}));
  EXPECT_EQ(script.reports.size(), 4U) << "units and finished items alone";
}

// All orders come while the first unit is evaluated.
TEST(Worker, GoesByWhatItLearnedBeforeAnItem) {
  std::vector<std::string> said;
  std::string learned = "nothing";
  Tasks tasks = kTasks;
  tasks.learn = [&](const std::string& brief) { learned = brief; };
  const Clock clock = steady_clock();
  tasks.evaluate = [&](std::uint32_t, std::uint32_t unit, const Poll& poll) {
    for (const double end = clock() + 0.01; clock() < end;) poll();
    said.push_back(learned + " " + std::to_string(unit));
    return std::string();
  };
  Script script({EvaluateUnits{2, {3, 4}}, Brief{"one"}, EvaluateUnits{2, {5}}, Brief{"two"}, EvaluateUnits{2, {6}},
                 Brief{"three"}});
  Later line(script, [&] { return learned == "three"; });
  EXPECT_EQ(run_worker(line, tasks, clock), 0);
  EXPECT_EQ(said, (std::vector<std::string>{"nothing 3", "nothing 4", "one 5", "two 6"}));
  EXPECT_EQ(learned, "three");
  EXPECT_EQ(script.count<ItemFinished>(), 3U);
}

// A brief is no item: nobody waits for it to be finished.
TEST(Worker, BriefsAreDroppedWithTheirItems) {
  int lessons = 0;
  Tasks tasks = kTasks;
  tasks.learn = [&](const std::string&) { ++lessons; };
  Script script({TrainModel{1}, Brief{"one"}, EvaluateUnits{2, {5}}, Drain{}, Leave{0}});
  EXPECT_EQ(run_worker(script, tasks, steady_clock()), 0);
  EXPECT_EQ(script.count<ItemFinished>(), 2U);
  EXPECT_EQ(lessons, 0);
}

TEST(Worker, ReportsThatItCouldNotLearnAndGoesOn) {
  for (const bool can_learn : {true, false}) {
    Tasks tasks = kTasks;
    if (can_learn) tasks.learn = [](const std::string& brief) { fail_data("cannot learn {}", brief); };
    Script script({Brief{"this"}, Leave{7}});
    EXPECT_EQ(run_worker(script, tasks, steady_clock()), 7);
    ASSERT_EQ(script.reports.size(), 1U);
    EXPECT_EQ(std::get<Failure>(script.reports.front()).message,
              can_learn ? "cannot learn this" : "internal error: whoever is told something can learn");
  }
}

}  // namespace worker_test
}  // namespace ohmcarlo
