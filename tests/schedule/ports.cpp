#include "schedule/ports.hpp"

#include <thread>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace ports_test {

TEST(LocalLine, KeepsTheOrderInBothDirections) {
  LocalLine line;
  EXPECT_FALSE(line.next_order());
  EXPECT_FALSE(line.next_report());
  for (std::uint32_t i = 0; i < 3; ++i) {
    line.send_order(TrainModel{i});
    line.send_report(ModelTrained{10 + i, "payload"});
  }
  for (std::uint32_t i = 0; i < 3; ++i) {
    const std::optional<Order> order = line.next_order();
    ASSERT_TRUE(order);
    EXPECT_EQ(std::get<TrainModel>(*order).model, i);
    const std::optional<Report> report = line.next_report();
    ASSERT_TRUE(report);
    EXPECT_EQ(std::get<ModelTrained>(*report).model, 10 + i);
  }
  EXPECT_FALSE(line.next_order());
  EXPECT_FALSE(line.next_report());
}

TEST(ThreadQueue, LosesNothingBetweenTwoThreads) {
  constexpr int kMessages = 20000;
  ThreadQueue<int> queue;
  std::thread writer([&] {
    for (int i = 0; i < kMessages; ++i) queue.push(i);
  });
  int next = 0;
  while (next < kMessages)
    if (const std::optional<int> message = queue.pop()) {
      ASSERT_EQ(*message, next);
      ++next;
    }
  writer.join();
  EXPECT_FALSE(queue.pop());
}

// Without a launcher there is one rank, and the hub's only worker is the thread at the other end of the line.
TEST(JobHub, WorkerZeroIsTheOtherThread) {
  Communicator alone(0, nullptr);
  LocalLine line;
  JobHub hub(alone, line);
  ASSERT_EQ(hub.workers(), 1U);
  EXPECT_FALSE(hub.next_report());
  hub.send_order(0, Leave{3});
  const std::optional<Order> order = line.next_order();
  ASSERT_TRUE(order);
  EXPECT_EQ(std::get<Leave>(*order).status, 3);
  line.send_report(Note{"hello"});
  const std::optional<WorkerReport> report = hub.next_report();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->worker, 0U);
  EXPECT_EQ(std::get<Note>(report->report).line, "hello");
}

}  // namespace ports_test
}  // namespace ohmcarlo
