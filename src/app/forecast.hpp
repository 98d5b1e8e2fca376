#pragma once
// What a job will take, from how often each kind of its work is to be done and how long that takes once.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace ohmcarlo {

/// Work that takes the same time each time.
struct WorkKind {
  std::string label = {};              ///< of a point that has it
  std::size_t times = 0;               ///< at least
  std::size_t most_times = 0;          ///< at most, where the number is decided as results come in; else the same
  double cost = 1;                     ///< of it, by counted operations
  std::optional<double> seconds{};     ///< of one core, each; none: not timed
  std::size_t preparations = 0;        ///< of what several times share, at least
  std::size_t later_preparations = 0;  ///< so many more at most
  double preparation = 0;              ///< seconds of each
  // Of chips:
  std::size_t images = 0;  ///< that a chip sees; 0 of trainings
  double image = 0;        ///< seconds of one of them
  double programming = 0;  ///< seconds without any
};

/// Seconds of what nobody has timed: of the kinds that were timed, those of an equal cost. Nothing changes if none was.
void fill_untimed(std::vector<WorkKind>& kinds);

/// Everything that is known of a job beforehand.
struct Forecast {
  std::vector<WorkKind> trainings, chips;
  double start_seconds = 0;  ///< before any work: reading data
  int ranks = 1;

  /// Seconds of one core, if chips are as few (or as many) as they can be. Kinds without seconds count as nothing.
  [[nodiscard]] double core_seconds(bool most) const;
  /// Seconds until all is done on the ranks: their share of all work, but no less than the longest training and a chip.
  [[nodiscard]] double wall_seconds(bool most) const;
};

/// Bytes of what the job needs and leaves.
struct Space {
  std::size_t rank = 0;        ///< memory of a rank
  std::size_t first_rank = 0;  ///< more on the first one: the results, and a copy of them while they are saved
  std::size_t results = 0;     ///< the file, at most
  std::size_t models = 0;      ///< all networks
  std::size_t free = 0;        ///< where they are written
};

/// "312 kB", "3.1 GB": decimal, two digits or more.
[[nodiscard]] std::string format_bytes(std::size_t bytes);

/// The line by which the job is submitted. `time_limit`: seconds of a job that queues itself again, if one is asked
/// for; else the job gets half as much again as it is said to take, and ten minutes. `experiment`: the file.
[[nodiscard]] std::string submit_line(const std::string& experiment, const Forecast& forecast, const Space& space,
                                      std::optional<double> time_limit);

/// What may be said of chips that take long on all test images: a number for trials.images. Empty if there is nothing.
[[nodiscard]] std::string suggest_images(const WorkKind& chips);

/// Trainings and chips, kind by kind, and how long they take.
[[nodiscard]] std::string format_forecast(const Forecast& forecast);

/// Memory and disk, with a warning where there is too little room.
[[nodiscard]] std::string format_space(const Space& space);

}  // namespace ohmcarlo
