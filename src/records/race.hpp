#pragma once
// What races between the points of a file have decided, look by look.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ohmcarlo {

// Of a race over trainings, "chips" below reads "trainings".

/// What one look found of a point that was in its race until then.
struct RaceRow {
  std::uint64_t chips = 0;  ///< looked at
  std::uint64_t point = 0;
  double mean = 0;
  double behind = 0;     ///< mean of how much better the leader is, chip by chip
  double low = 0;        ///< lower end of its interval, at the pair's confidence
  double high = 0;       ///< upper end
  bool leads = false;    ///< of equal means the first
  bool dropped = false;  ///< at this look
};

/// One race.
struct RaceSummary {
  std::uint64_t leader = 0;             ///< the point that leads after the last look
  std::string end;                      ///< why it is over; "goes on" if it is not
  std::uint64_t spent = 0;              ///< chips that were needed for certain
  std::uint64_t without_dropping = 0;   ///< chips that all values up to the last look would have taken
  std::vector<RaceRow> standings = {};  ///< look by look
};

/// All races of a file: one for each combination of the values of the axes that are not raced.
struct RaceRecord {
  std::string axis;    ///< the key that is raced
  std::string metric;  ///< on which
  double tolerance = 0;
  double confidence = 0.95;
  double pair_confidence = 0.95;                      ///< of the interval of one difference
  std::optional<std::size_t> chips_of_training = {};  ///< where trainings are raced
  std::vector<RaceSummary> races = {};
};

}  // namespace ohmcarlo
