#pragma once
// The table [trials.race]: the best value of an axis, for the fewest chips.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/reader.hpp"
#include "config/words.hpp"

namespace ohmcarlo {

/// What is raced on; its metric has this name.
enum class RaceMetric { accuracy, loss, validation_accuracy };

inline constexpr auto kRaceMetrics = make_words<RaceMetric>({{"accuracy", RaceMetric::accuracy},
                                                             {"loss", RaceMetric::loss},
                                                             {"validation_accuracy", RaceMetric::validation_accuracy}});

/// A race of the values of an axis: statistics/race.hpp.
struct Race {
  std::string axis;  ///< a key that is swept
  RaceMetric metric = RaceMetric::accuracy;
  double tolerance = 0.001;  ///< means this near each other are as good as equal; in 0..1, in the metric's unit
  double confidence = 0.95;  ///< that the best value is kept
  std::size_t min = 10;      ///< chips before the first look, >= 8
  std::size_t max = 5000;    ///< chips after which no value gets more, >= min
  /// Of each training, where trainings are the units of the race (training.replicas above 1): then `min` and `max` are
  /// this number, too, and training.replicas is the number after which no value gets more. None: chips are the units.
  std::optional<std::size_t> chips = {};

  [[nodiscard]] bool is_over_trainings() const { return chips.has_value(); }
};

/// Whether a race of this axis is on what is held out of training, unless another metric is asked for: what is chosen
/// by the test images flatters itself on them, and training is what is chosen most often.
[[nodiscard]] bool races_on_validation(std::string_view axis);

/// Whether what a race chooses flatters itself on the images that it is then shown on.
[[nodiscard]] bool races_on_test_data(const Race& race);
inline constexpr std::string_view kRaceOnTestData =
    "the race is on test images: what it chooses for them is not told by them (trials.race.metric = "
    "\"validation_accuracy\" races on what is held out of training)";

/// The keys of [trials.race].
[[nodiscard]] std::vector<Key> race_keys();

/// Reads [trials.race], and training.replicas, which says what its units are; nothing if no key of it is written.
/// Throws BadUsage if keys contradict each other or stand beside another way to say how many chips there are.
[[nodiscard]] std::optional<Race> find_race(Reader& reader);

}  // namespace ohmcarlo
