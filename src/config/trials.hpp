#pragma once
// The [trials] table.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "config/race.hpp"
#include "config/reader.hpp"
#include "config/words.hpp"
#include "statistics/mean_estimate.hpp"

namespace ohmcarlo {

/// The word of trials.images for samples that a pilot designs.
inline constexpr std::string_view kTwoStage = "two-stage";

/// What of the answers of a chip, and of the weights of its model, is kept besides the standard metrics.
struct KeptAnswers {
  bool class_accuracy = false;
  bool confusion = false;
  bool weight_statistics = false;
  bool validation_accuracy = false;  ///< chips also see the images that are held out of training
  bool of_sampled_images = false;    ///< chips see a sample of the test images each, so that answers are estimates
};

/// Chips of a point, of the first training alone, that decide on the samples of all others under
/// trials.images = "two-stage".
inline constexpr std::size_t kPilotChips = 32;

/// What may be asked to be known well enough; its metric has this name.
enum class UntilMetric { accuracy, loss };

inline constexpr auto kUntilMetrics =
    make_words<UntilMetric>({{"accuracy", UntilMetric::accuracy}, {"loss", UntilMetric::loss}});

/// The intervals that may decide when to stop, and `student`, the one of a fixed number of chips, which may not.
inline constexpr auto kIntervalKinds = make_words<IntervalKind>({{"fixed-width", IntervalKind::fixed_width},
                                                                 {"sequence", IntervalKind::sequence},
                                                                 {"betting", IntervalKind::betting},
                                                                 {"student", IntervalKind::student}});

/// Until when chips are added: statistics/stopping.hpp.
struct Until {
  UntilMetric metric = UntilMetric::accuracy;
  double half_width = 0.001;  ///< of the interval of the metric's mean, in its unit; in (0, 1)
  double confidence = 0.95;   ///< of that interval
  std::size_t min = 30;       ///< chips before the first look, >= 8
  std::size_t max = 5000;     ///< chips after which nothing is added, >= min
  IntervalKind interval = IntervalKind::fixed_width;
};

/// Which test images a chip is evaluated on (trials.images).
struct ImageChoice {
  enum class Kind : std::uint8_t {
    all,
    two_stage,  ///< a sample of its own, whose size and allocation a pilot decides (statistics/sample_size.hpp)
    number      ///< a sample of its own of this size
  };
  Kind kind = Kind::all;
  std::uint32_t number = 0;  ///< images of a sample, if the kind is `number`
  friend bool operator==(const ImageChoice&, const ImageChoice&) = default;
};

struct TrialsOptions {
  std::size_t count = 100;     ///< chips of each point and replica, >= 1, if there is neither `until` nor `race`
  std::optional<Until> until;  ///< how many chips there are is decided while they come in
  std::optional<Race> race;    ///< likewise: chips go to those values of an axis that may be the best
  ImageChoice images;
  bool common_random_numbers = true;  ///< chip t is the same at every point
  KeptAnswers kept;
};

/// The keys of [trials].
[[nodiscard]] std::vector<Key> trials_keys();

/// Reads [trials], which all points share. Throws BadUsage if keys contradict each other.
[[nodiscard]] TrialsOptions read_trials(Reader& reader);

}  // namespace ohmcarlo
