#include "app/saver.hpp"

#include <utility>

#include "base/error.hpp"

namespace ohmcarlo {

Saver::Saver(Save save) : save_(std::move(save)), thread_([this] { run(); }) {}

Saver::~Saver() {
  {
    const std::scoped_lock lock(mutex_);
    leaves_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Saver::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return given_ != nullptr || leaves_; });
    if (given_ == nullptr) return;
    Results& results = *given_;
    lock.unlock();
    std::exception_ptr thrown;
    try {
      save_(results);
    } catch (...) {
      thrown = std::current_exception();
    }
    lock.lock();
    thrown_ = thrown;
    given_ = nullptr;
    changed_.notify_all();
  }
}

bool Saver::is_busy() const {
  const std::scoped_lock lock(mutex_);
  return given_ != nullptr;
}

void Saver::raise() {
  std::exception_ptr thrown;
  {
    const std::scoped_lock lock(mutex_);
    thrown = std::exchange(thrown_, nullptr);
  }
  if (thrown) std::rethrow_exception(thrown);
}

void Saver::hand_over(Results& results) {
  {
    const std::scoped_lock lock(mutex_);
    require(given_ == nullptr, "one saving at a time");
    given_ = &results;
    thrown_ = nullptr;
  }
  changed_.notify_all();
}

void Saver::begin(const Results& results) {
  require(!is_busy(), "one saving at a time");
  copy_ = results;
  hand_over(copy_);
}

void Saver::wait_until_idle() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return given_ == nullptr; });
}

void Saver::wait() {
  wait_until_idle();
  raise();
}

void Saver::save_now(Results& results) {
  wait_until_idle();
  hand_over(results);
  wait();
}

}  // namespace ohmcarlo
