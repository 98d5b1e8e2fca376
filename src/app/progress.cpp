#include "app/progress.hpp"

#include <cstdio>

#include <fmt/core.h>

#include "app/duration.hpp"

namespace ohmcarlo {
namespace {

constexpr double kBarSeconds = 0.2;
constexpr double kLineSeconds = 60;
constexpr std::size_t kBarWidth = 30;

}  // namespace

Progress::Progress(Clock clock, bool terminal)
    : clock_(std::move(clock)),
      terminal_(terminal),
      start_(clock_()),
      next_(start_ + (terminal ? kBarSeconds : kLineSeconds)),
      chips_start_(start_),
      trained_at_(start_) {}

void Progress::say(const std::string& line) {
  finish();
  fmt::print(stderr, "{}\n", line);
}

void Progress::show(const ProgressState& state, const std::function<std::optional<double>()>& seconds_left,
                    const std::function<double()>& widest) {
  const double now = clock_();
  if (state.chips_done == 0) chips_start_ = now;
  if (state.chips_done == 0 || state.models_left > 0) {
    trained_at_ = now;
    trained_seconds_ = state.seconds_done;
  }
  if (now < next_ || state.chips_total == 0) return;
  next_ = now + (terminal_ ? kBarSeconds : kLineSeconds);
  const bool is_open = state.settled < state.points;
  std::string text = fmt::format("{}/{}{} chips", state.chips_done, is_open ? "at least " : "", state.chips_total);
  if (state.points > 0)
    text += state.is_race ? fmt::format(", {} of {} values still racing", state.points - state.settled, state.points)
                          : fmt::format(", {} of {} points known well enough", state.settled, state.points);
  if (state.models_left > 0)
    text += fmt::format(", {} training{} to go", state.models_left, state.models_left == 1 ? "" : "s");
  if (state.chips_done > 0) {
    const double rate = static_cast<double>(state.chips_done) / (now - chips_start_);
    text += fmt::format(", {:.3g} chips/s", rate);
    const double together = (state.seconds_done - trained_seconds_) / (now - trained_at_);  // chips at a time
    if (const auto left = seconds_left(); left && together > 0 && state.models_left == 0 && !is_open)
      text += fmt::format(", {} left", format_duration(*left / together));
  }
  if (terminal_) {
    const std::size_t filled =
        state.points > 0 ? kBarWidth * state.settled / state.points : kBarWidth * state.chips_done / state.chips_total;
    fmt::print(stderr, "\r\x1b[K[{:<{}}] {}", std::string(filled, '='), kBarWidth, text);
    std::fflush(stderr);
    bar_shown_ = true;
    return;
  }
  const double half = widest();
  if (half < 0.5)  // wider ones say nothing about a share
    text += fmt::format(", widest 95 % interval +-{:.2f} points", 100 * half);
  fmt::print(stderr, "[{}] {}\n", format_duration(now - start_), text);
}

void Progress::finish() {
  if (bar_shown_) fmt::print(stderr, "\n");
  bar_shown_ = false;
}

}  // namespace ohmcarlo
