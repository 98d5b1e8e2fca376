#pragma once
// How many chips the points of a results table need where [trials.until] decides it.

#include <cstddef>
#include <optional>
#include <vector>

#include "config/trials.hpp"
#include "records/results.hpp"
#include "statistics/stopping.hpp"

namespace ohmcarlo {

/// What a rule says of one point of a table.
struct PointDecision {
  StoppingDecision decision;
  /// Chips 0..needed-1 of every replica are needed for certain: those up to n* if the rule has stopped, else up to the
  /// next look. May be more than the table has room for.
  std::size_t needed = 0;
  /// Whether the point has the chips up to n* and no others: then its interval is the one that the rule looked at.
  bool is_exact = false;
};

/// Test images that the accuracy of every chip at a point is counted over. Where chips see samples of images, the
/// metric `sampled_images` of a table says it, and the smallest sample counts; else it is told by the first chip that
/// got any right. 1 if no chip says, which asks for many chips.
[[nodiscard]] double count_images(const Table& table, std::size_t point);

/// What the settings of a table say of the chips of a point that are computed together; 1 if nothing.
[[nodiscard]] std::size_t unit_chips_of(const std::vector<ResolvedSetting>& settings, const Shape& shape,
                                        std::size_t point);

/// The rules of a table's points. They are read from the table's own settings, so that whoever has the file comes to
/// the same decisions as the job that wrote it. Nothing about them changes a cell.
class StoppingRules {
 public:
  /// The rules that the settings of a table of this shape state; nothing if they state none. Those of a race alone
  /// (trials.race) never stop a point, and have the race's confidence: its chips were decided on while they came in, by
  /// looking at means, so that only sequences hold.
  [[nodiscard]] static std::optional<StoppingRules> find(const std::vector<ResolvedSetting>& settings,
                                                         const Shape& shape);

  [[nodiscard]] const Until& until() const { return until_; }
  /// Whether they are those of a race: there is nothing to decide().
  [[nodiscard]] bool is_of_race() const { return is_of_race_; }
  /// Whether the race's units are trainings: then their number was decided by looking at means, too.
  [[nodiscard]] bool is_over_trainings() const { return is_over_trainings_; }
  /// The number of the metric whose mean is wanted, among standard_metrics().
  [[nodiscard]] std::size_t metric() const;
  /// Applies the rule to the chips of one point, those of complete prefixes alone. A replica of which no chip has a
  /// value (its training diverged) is left out; a point without any value stops at the first look.
  [[nodiscard]] PointDecision decide(const Table& table, std::size_t point) const;

 private:
  Until until_;
  bool is_of_race_ = false, is_over_trainings_ = false;
  std::vector<std::size_t> unit_chips_;  ///< of every point
};

}  // namespace ohmcarlo
