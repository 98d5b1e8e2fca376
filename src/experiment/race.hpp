#pragma once
// Races between the values of an axis (trials.race): which points run against each other, and what their chips decide.

#include <cstddef>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/race.hpp"
#include "records/results.hpp"
#include "statistics/race.hpp"

namespace ohmcarlo {

struct Experiment;

/// Stands for all trainings that an experiment has.
inline constexpr std::size_t kAllTrainings = std::numeric_limits<std::size_t>::max();

/// Throws BadUsage, at `where`, if the experiment's race cannot be: its axis is not swept or has one value, or there
/// are fewer trainings than a race over trainings needs to tell anything.
void check_race(const Experiment& experiment, const std::string& where);

/// The fewest trainings of every value of a race over trainings, which are those of its first look; 1 for other
/// experiments, which have all their trainings.
[[nodiscard]] std::size_t fewest_trainings(const Experiment& experiment);

/// The races of a table: one for each combination of the values of all other axes. They are read from the table's own
/// settings, so that whoever has the file comes to the same decisions as the job that wrote it. Nothing about them
/// changes a cell.
///
/// Where the settings name chips of each training (trials.race.chips), trainings are the units: the value of one is its
/// mean over these chips, those that failed left out, and it is complete once all of them were run. Trainings of the
/// same replica number are pairs. Looks are at every number of trainings, from the first that may tell anything
/// (first_telling_look) to all that the table has room for.
class RaceRules {
 public:
  /// The races that the settings of a table of this shape state; nothing if they state none.
  [[nodiscard]] static std::optional<RaceRules> find(const std::vector<ResolvedSetting>& settings, const Shape& shape);

  [[nodiscard]] const Race& race() const { return race_; }
  /// What a race looks at: "chips" or "trainings".
  [[nodiscard]] std::string_view units() const { return race_.is_over_trainings() ? "trainings" : "chips"; }
  /// The number of the raced axis.
  [[nodiscard]] std::size_t axis() const { return axis_; }
  /// How many races there are.
  [[nodiscard]] std::size_t count() const { return races_; }
  /// The race that a point runs in.
  [[nodiscard]] std::size_t race_of(std::size_t point) const;
  /// The points of a race, in the order of the values of the axis.
  [[nodiscard]] std::vector<std::size_t> points_of(std::size_t race) const;
  /// The number of the metric in the table; nothing if that has none of this name.
  [[nodiscard]] std::optional<std::size_t> metric(const Table& table) const;
  /// Runs a race on the chips of complete prefixes alone. Values are numbered as points_of().
  [[nodiscard]] RaceDecision decide(const Table& table, std::size_t race) const;

 private:
  Race race_;
  std::size_t axis_ = 0, races_ = 0;
  Shape shape_;                     ///< of the table, whatever its number of chips
  std::vector<std::size_t> looks_;  ///< at whole units of work of every point, or at trainings
};

/// What is known of a point's chips.
struct RaceNeed {
  std::size_t chips = 0;  ///< those with smaller numbers are needed for certain, of each training that is
  bool settled = false;   ///< whether no others will be: it is out of the race, or the race is over
  std::size_t trainings = kAllTrainings;  ///< those with smaller replica numbers are needed for certain
};

/// The decisions of a table's races as it is now, each made when it is first asked for. Keeps references.
class RaceDecisions {
 public:
  RaceDecisions(const RaceRules& rules, const Table& table) : rules_(rules), table_(table) {}

  [[nodiscard]] const RaceDecision& of_race(std::size_t race);
  [[nodiscard]] RaceNeed of_point(std::size_t point);

 private:
  const RaceRules& rules_;
  const Table& table_;
  std::map<std::size_t, RaceDecision> found_;
};

/// Why a race is over, for files and people: "one left", "within tolerance", "last look", "no results", or "goes on".
[[nodiscard]] std::string_view to_text(RaceEnd end);

/// Units, chips or trainings, that a race has spent, and those that all its values up to its last look would have. A
/// training counts for each value that it is looked at for, though values of a key of hardware share it.
struct RaceCost {
  std::size_t spent = 0;
  std::size_t without_dropping = 0;
};
[[nodiscard]] RaceCost cost_of(const RaceDecision& decision);

/// All decisions of a table's races for its file; nothing if it has none.
[[nodiscard]] std::optional<RaceRecord> record_races(const std::vector<ResolvedSetting>& settings, const Table& table);

}  // namespace ohmcarlo
