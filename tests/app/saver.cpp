#include "app/saver.hpp"

#include <condition_variable>
#include <vector>

#include <gmock/gmock.h>

#include "base/error.hpp"

namespace ohmcarlo {
namespace saver_test {

using ::testing::ElementsAre;

/// A saver whose savings last until the gate is opened, and what it has saved.
class SaverTest : public testing::Test {
 protected:
  static Results named(const std::string& name) {
    Results results;
    results.name = name;
    return results;
  }
  void open(bool wide = true) {
    const std::scoped_lock lock(mutex_);
    open_ = wide;
    opened_.notify_all();
  }

  std::vector<std::string> saved_;
  std::vector<std::thread::id> threads_;
  std::string error_;
  std::mutex mutex_;
  std::condition_variable opened_;
  bool open_ = false;
  Saver saver_{[this](Results& results) {
    std::unique_lock lock(mutex_);
    opened_.wait(lock, [this] { return open_; });
    threads_.push_back(std::this_thread::get_id());
    if (!error_.empty()) throw UnusableResults(error_);
    saved_.push_back(results.name);
    results.hash = "saved";
  }};
};

TEST_F(SaverTest, SavesWhatTheResultsWereWhenItBegan) {
  Results results = named("one");
  saver_.begin(results);
  EXPECT_TRUE(saver_.is_busy()) << "and its owner goes on";
  results.name = "two";
  open();
  saver_.wait();
  EXPECT_FALSE(saver_.is_busy());
  EXPECT_THAT(saved_, ElementsAre("one"));
  EXPECT_EQ(results.hash, "") << "a copy was saved";
  EXPECT_NE(threads_.front(), std::this_thread::get_id());
}

TEST_F(SaverTest, SavesInOneThreadOneAfterTheOther) {
  open();
  for (const char* name : {"one", "two"}) {
    saver_.begin(named(name));
    saver_.wait();
  }
  Results last = named("three");
  saver_.save_now(last);
  EXPECT_EQ(last.hash, "saved") << "the results themselves";
  EXPECT_THAT(saved_, ElementsAre("one", "two", "three"));
  EXPECT_THAT(threads_, ElementsAre(threads_[0], threads_[0], threads_[0]));
}

TEST_F(SaverTest, HoldsOneCopyAtATime) {
  saver_.begin(named("one"));
  EXPECT_THROW(saver_.begin(named("two")), std::logic_error);
  open();
  saver_.wait();
  EXPECT_THAT(saved_, ElementsAre("one"));
}

TEST_F(SaverTest, WhatASavingThrowsIsThrownOnceAtItsOwner) {
  error_ = "disk full";
  open();
  saver_.begin(named("one"));
  EXPECT_THROW(saver_.wait(), UnusableResults);
  EXPECT_NO_THROW(saver_.raise());
  saver_.begin(named("two"));
  while (saver_.is_busy()) std::this_thread::yield();
  EXPECT_THROW(saver_.raise(), UnusableResults);
  EXPECT_NO_THROW(saver_.raise());
}

TEST_F(SaverTest, TheLastSavingCountsAlone) {
  error_ = "disk full";
  open();
  saver_.begin(named("one"));
  while (saver_.is_busy()) std::this_thread::yield();
  error_.clear();
  Results last = named("two");
  EXPECT_NO_THROW(saver_.save_now(last));
  EXPECT_NO_THROW(saver_.raise());
  error_ = "disk full";
  EXPECT_THROW(saver_.save_now(last), UnusableResults);
}

TEST_F(SaverTest, LeavesOnlyWhenASavingHasEnded) {
  std::vector<std::string> saved;
  {
    Saver saver([&](Results& results) { saved.push_back(results.name); });
    saver.begin(named("one"));
  }
  EXPECT_THAT(saved, ElementsAre("one"));
}

}  // namespace saver_test
}  // namespace ohmcarlo
