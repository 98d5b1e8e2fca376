#include "app/forecast.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include <fmt/format.h>

#include "app/duration.hpp"

namespace ohmcarlo {
namespace {

constexpr double kLongChip = 1;  ///< seconds: of longer ones, fewer images are suggested
constexpr std::size_t kFewestImages = 200;
constexpr std::size_t kMostKindsShown = 12;

double seconds_of(const WorkKind& kind, bool most) {
  return static_cast<double>(most ? kind.most_times : kind.times) * kind.seconds.value_or(0) +
         static_cast<double>(kind.preparations + (most ? kind.later_preparations : 0)) * kind.preparation;
}

double longest(const std::vector<WorkKind>& kinds) {
  double seconds = 0;
  for (const WorkKind& kind : kinds)
    if (kind.times > 0) seconds = std::max(seconds, kind.seconds.value_or(0) + kind.preparation);
  return seconds;
}

/// "3.4 ms", "12 s", "1 h 20 min".
std::string short_time(double seconds) {
  if (seconds < 1) return fmt::format("{:.3g} ms", 1000 * seconds);
  return seconds < 60 ? fmt::format("{:.3g} s", seconds) : format_duration(seconds);
}

std::string from_to(const std::string& least, const std::string& most) {
  return least == most ? least : least + " to " + most;
}

std::string list_kinds(const std::vector<WorkKind>& kinds, const char* what) {
  std::size_t times = 0, most_times = 0;
  for (const WorkKind& kind : kinds) {
    times += kind.times;
    most_times += kind.most_times;
  }
  std::string text = fmt::format("{}: {}\n", what, from_to(fmt::format("{}", times), fmt::format("{}", most_times)));
  for (std::size_t i = 0; i < std::min(kinds.size(), kMostKindsShown); ++i) {
    const WorkKind& kind = kinds[i];
    text += fmt::format("  {:>8} x {:<10} like {}\n", kind.most_times,
                        kind.seconds ? short_time(*kind.seconds) : "not timed", kind.label);
  }
  if (kinds.size() > kMostKindsShown) text += fmt::format("  ... and {} more kinds\n", kinds.size() - kMostKindsShown);
  return text;
}

/// "4:05:00", in whole minutes, as sbatch takes it.
std::string slurm_time(double seconds) {
  const long minutes = std::max(1L, static_cast<long>(std::ceil(seconds / 60)));
  return fmt::format("{:02}:{:02}:00", minutes / 60, minutes % 60);
}

}  // namespace

void fill_untimed(std::vector<WorkKind>& kinds) {
  double seconds = 0, cost = 0;
  for (const WorkKind& kind : kinds)
    if (kind.seconds) {
      seconds += *kind.seconds;
      cost += kind.cost;
    }
  if (!(cost > 0)) return;
  for (WorkKind& kind : kinds)
    if (!kind.seconds) kind.seconds = seconds * kind.cost / cost;
}

double Forecast::core_seconds(bool most) const {
  double seconds = 0;
  for (const std::vector<WorkKind>* kinds : {&trainings, &chips})
    for (const WorkKind& kind : *kinds) seconds += seconds_of(kind, most);
  return seconds;
}

double Forecast::wall_seconds(bool most) const {
  return start_seconds + std::max(core_seconds(most) / ranks, longest(trainings) + longest(chips));
}

std::string format_bytes(std::size_t bytes) {
  constexpr const char* kUnits[] = {"B", "kB", "MB", "GB", "TB", "PB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 999.5 && unit + 1 < std::size(kUnits)) {
    value /= 1000;
    ++unit;
  }
  const bool whole = unit == 0 || value >= 99.5;
  return whole ? fmt::format("{:.0f} {}", value, kUnits[unit]) : fmt::format("{:.2g} {}", value, kUnits[unit]);
}

std::string submit_line(const std::string& experiment, const Forecast& forecast, const Space& space,
                        std::optional<double> time_limit) {
  constexpr double kSpareMemory = 1.5, kSpareTime = 1.5, kMinute = 60, kBeforeTheEnd = 5 * kMinute;
  const auto megabytes = static_cast<std::size_t>(
      std::ceil(kSpareMemory * static_cast<double>(space.rank + space.first_rank / forecast.ranks) / 1e8) * 100);
  const double seconds = time_limit.value_or(kSpareTime * forecast.wall_seconds(true) + 10 * kMinute);
  const std::string stop = fmt::format("{}m", std::max(1L, std::lround((seconds - kBeforeTheEnd) / kMinute)));
  return fmt::format("OHMCARLO_TIME_LIMIT={} sbatch --ntasks={} --mem-per-cpu={}M --time={} slurm/run.sbatch {}", stop,
                     forecast.ranks, megabytes, slurm_time(seconds), experiment);
}

std::string suggest_images(const WorkKind& chips) {
  if (!chips.seconds || *chips.seconds < kLongChip || chips.images == 0) return "";
  // As many as programming the chip costs: with fewer, chips would mostly be programmed, with more, mostly be read.
  const double even = chips.image > 0 ? chips.programming / chips.image : 0;
  const auto images = std::max(kFewestImages, static_cast<std::size_t>(std::ceil(even / 100)) * 100);
  if (2 * images > chips.images) return "";
  return fmt::format("a chip takes {}, most of it for its {} test images; trials.images = {} takes {}",
                     short_time(*chips.seconds), chips.images, images,
                     short_time(chips.programming + static_cast<double>(images) * chips.image));
}

std::string format_forecast(const Forecast& forecast) {
  std::string text = list_kinds(forecast.trainings, "trainings") + list_kinds(forecast.chips, "chips");
  const auto both = [&](const auto& seconds) { return from_to(short_time(seconds(false)), short_time(seconds(true))); };
  text += fmt::format(
      "time: {} of one core, {} on {} rank{}\n", both([&](bool most) { return forecast.core_seconds(most); }),
      both([&](bool most) { return forecast.wall_seconds(most); }), forecast.ranks, forecast.ranks == 1 ? "" : "s");
  return text;
}

std::string format_space(const Space& space) {
  std::string text = fmt::format("memory: {} a rank, and {} more on the first\n", format_bytes(space.rank),
                                 format_bytes(space.first_rank));
  text += fmt::format(
      "results file: at most {}, and as much twice more beside it while it is saved; networks: {}; free: {}\n",
      format_bytes(space.results), format_bytes(space.models), format_bytes(space.free));
  if (3 * space.results + space.models > space.free) text += "warning: that is more than there is room for\n";
  return text;
}

}  // namespace ohmcarlo
