#pragma once
// Races: which of several values is the best, for the fewest chips. A value that is worse for certain gets no more.
//
// Where each value is trained anew and anew, trainings take the place of chips: all that is said of chips here then
// holds of trainings, each with its mean over the same number of chips.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "statistics/sample.hpp"

namespace ohmcarlo {

/// The number of chips for which the sequences of a race are tightest: few, since most values are dropped early. Chosen
/// once for all races, never from data.
inline constexpr double kRaceTunedFor = 30;

/// The number of trainings for which they are, where these are raced: dearer than chips, and fewer.
inline constexpr double kRaceTunedForTrainings = 10;

/// The fewest chips at which a race looks, unless another number is asked for.
inline constexpr std::size_t kRaceFirstLook = 10;

/// How a race is run.
struct RaceRule {
  double tolerance = 0.001;        ///< means this near each other are as good as equal; >= 0, in units of the metric
  double confidence = 0.95;        ///< that the best value, or one as good, is never dropped; in (0, 1)
  std::vector<std::size_t> looks;  ///< numbers of chips, ascending; at least one. The last ends the race
  bool lower_is_better = false;
  double tuned_for = kRaceTunedFor;  ///< number of chips for which the sequences are tightest; > 0
  double images = std::numeric_limits<double>::infinity();  ///< that a chip's value is counted over: guarded_sd()
};

/// What a look found of a value that was in the race until then.
struct RaceStanding {
  std::size_t value = 0;   ///< its number
  double mean = kNaN;      ///< over the chips looked at that every value in the race has a result of
  double behind = kNaN;    ///< mean over the pairs of how much better the leader is: leader - this, or the reverse
                           ///< where lower is better; 0 for the leader
  Interval interval = {};  ///< of it; NaN while the sequence is infinite, and for the leader
  bool leads = false;
  bool dropped = false;  ///< at this look
};

/// One look: all values that were in the race, in the order of their numbers.
struct RaceLook {
  std::size_t chips = 0;
  std::vector<RaceStanding> standings;
};

/// Why a race is over, if it is.
enum class RaceEnd : std::uint8_t {
  none,              ///< it goes on
  one_left,          ///< all others are dropped
  within_tolerance,  ///< every one left differs from the leader by at most the tolerance
  at_last_look,      ///< there are no more looks
  no_results         ///< no value has a result
};

/// What the chips so far decide.
struct RaceDecision {
  std::vector<RaceLook> looks;  ///< that could be taken
  RaceEnd end = RaceEnd::none;
  std::vector<std::size_t> chips_needed;  ///< of every value: those below this number, for certain
  std::vector<std::size_t> dropped_at;    ///< of every value: the look's chips, 0 where it was not dropped
  std::size_t leader = 0;                 ///< of the last look; the first value before any

  [[nodiscard]] bool is_over() const { return end != RaceEnd::none; }
  [[nodiscard]] bool survives(std::size_t value) const { return dropped_at[value] == 0; }
};

/// The confidence of the interval of one pair in a race of `values` of them: 1 - alpha / (values - 1), by Bonferroni.
[[nodiscard]] double pair_confidence(double confidence, std::size_t values);

/// The fewest chips at which a race of so many values can drop one that has results: the first number at which the
/// sequence of a pair is finite, tuned for `tuned_for` chips. Looks at fewer tell nothing. 7 for 12 values at 95 %,
/// tuned for 10; about one more for twice as many values.
[[nodiscard]] std::size_t first_telling_look(std::size_t values, double confidence, double tuned_for);

/// Runs a race. `values`: of each value the results of chips 0..n-1, all of which are complete; NaN is a failed chip.
///
/// At each look the leader is the value with the best mean over the chips that all values in the race have a result of;
/// of equal ones the first. For each other one the paired differences from the leader give a sequence
/// (statistics/confidence_sequence.hpp) at the level alpha / (m - 1), m all values that started, tuned for
/// rule.tuned_for chips at the level alpha. A value is dropped where its interval says that the leader is better; and
/// one without any result is. So dropping the best takes one wrong sequence of m - 1, at any look and whoever leads:
/// probability at most 1 - confidence. The race is over when one value is left, or every interval of those left lies
/// within +-tolerance.
///
/// A look is taken once every value in the race has its chips, and reads those alone: the decision depends neither on
/// the order in which chips come in nor on what else is there. Throws std::logic_error for a rule out of range or fewer
/// than two values.
[[nodiscard]] RaceDecision run_race(const RaceRule& rule, std::span<const std::vector<double>> values);

}  // namespace ohmcarlo
