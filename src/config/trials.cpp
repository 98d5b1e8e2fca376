#include "config/trials.hpp"

#include <algorithm>
#include <iterator>

#include "base/error.hpp"
#include "statistics/betting.hpp"

namespace ohmcarlo {
namespace {

constexpr std::string_view kUntilKeys[] = {"trials.until.half_width", "trials.until.metric", "trials.until.confidence",
                                           "trials.until.min",        "trials.until.max",    "trials.until.interval"};

/// The first key of [trials.until] that is written; empty: none.
std::string_view find_until_key(const Reader& reader) {
  for (const std::string_view key : kUntilKeys)
    if (reader.is_written(KeyName(key))) return key;
  return {};
}

/// Betting is for values in 0..1, and needs many of them: refused where it could not end at accuracies worth having.
void check_betting(const Reader& reader, const Until& until) {
  constexpr double kUsualMean = 0.95;
  if (until.metric != UntilMetric::accuracy)
    fail_usage(
        "{}: 'trials.until.interval' is \"betting\", which is for the accuracy alone (allowed: \"fixed-width\", "
        "\"sequence\")",
        reader.where("trials.until.interval"));
  const std::size_t floor = betting_floor(kUsualMean, until.half_width, until.confidence);
  if (floor > until.max)
    fail_usage(
        "{}: 'trials.until.interval' is \"betting\", which needs at least {} chips for +-{:g} at a mean of {:g} "
        "(allowed: a 'trials.until.max' of that, \"fixed-width\", \"sequence\")",
        reader.where("trials.until.interval"), floor, until.half_width, kUsualMean);
}

Until read_until(Reader& reader) {
  Until until{.metric = reader.meaning("trials.until.metric", kUntilMetrics),
              .half_width = reader.real("trials.until.half_width"),
              .confidence = reader.real("trials.until.confidence"),
              .min = static_cast<std::size_t>(reader.integer("trials.until.min")),
              .max = static_cast<std::size_t>(reader.integer("trials.until.max")),
              .interval = reader.meaning("trials.until.interval", kIntervalKinds)};
  if (until.max < until.min)
    fail_usage("{}: 'trials.until.max' is {}, below 'trials.until.min' (allowed: at least {})",
               reader.where("trials.until.max"), until.max, until.min);
  if (until.interval == IntervalKind::betting) check_betting(reader, until);
  return until;
}

/// Whether a matrix of answers is asked for, which a sample cannot give, and whether the pilot fits.
void check_images(const Reader& reader, const ImageChoice& images, const TrialsOptions& options) {
  if (images.kind == ImageChoice::Kind::all) return;
  if (options.kept.confusion)
    fail_usage(
        "{}: 'trials.confusion' counts all test images, but 'trials.images' shows a sample to each chip (allowed: "
        "trials.images = \"all\", or no confusion matrix)",
        reader.where("trials.confusion"));
  if (images.kind == ImageChoice::Kind::two_stage && options.race && options.race->max < kPilotChips)
    fail_usage(
        "{}: '{}' is {}, fewer than the chips of the pilot of trials.images = \"two-stage\" (allowed: at least {})",
        reader.where("trials.race.axis"), options.race->is_over_trainings() ? "trials.race.chips" : "trials.race.max",
        options.race->max, kPilotChips);
  if (images.kind == ImageChoice::Kind::two_stage && options.until && options.until->max < kPilotChips)
    fail_usage(
        "{}: 'trials.until.max' is {}, fewer than the chips of the pilot of trials.images = \"two-stage\" (allowed: at "
        "least {})",
        reader.where("trials.until.max"), options.until->max, kPilotChips);
}

/// A key without a default, which nothing reads unless it is there: see the identities of src/README.md.
bool reads_validation(Reader& reader) {
  return reader.has("trials.validation_accuracy") && reader.boolean("trials.validation_accuracy");
}

ImageChoice read_images(Reader& reader) {
  if (!reader.is_word("trials.images"))
    return {ImageChoice::Kind::number, static_cast<std::uint32_t>(reader.integer("trials.images"))};
  return {reader.text("trials.images") == kTwoStage ? ImageChoice::Kind::two_stage : ImageChoice::Kind::all};
}

}  // namespace

std::vector<Key> trials_keys() {
  using enum KeyType;
  std::vector<Key> keys = {
      {.path = "trials.count",
       .type = integer,
       .fallback = "100",
       .low = 1,
       .high = 4194304,
       .changes_results = false,
       .sweepable = false,
       .help = "chips of each point and replica; excludes trials.until and trials.race"},
      {.path = "trials.common_random_numbers",
       .type = boolean,
       .fallback = "true",
       .sweepable = false,
       .help = "whether chip t is the same at every point"},
      {.path = "trials.weight_statistics",
       .type = boolean,
       .fallback = "false",
       .help = "whether the kurtosis of the model's weights, and how well 8-bit codes would hold them, are kept"},
      {.path = "trials.class_accuracy",
       .type = boolean,
       .fallback = "false",
       .help = "whether the accuracy of every class of every chip is kept"},
      {.path = "trials.confusion",
       .type = boolean,
       .fallback = "false",
       .help = "whether the confusion matrix of every chip is kept"},
      {.path = "trials.validation_accuracy",
       .type = boolean,
       .sweepable = false,
       .help = "whether every chip also sees the images that are held out of training (data.validation), and how many "
               "of these it classifies is kept; races on it ask for it. All of them, whatever trials.images says"},
      {.path = "trials.images",
       .type = integer,
       .fallback = "\"all\"",
       .low = 2,
       .high = 1048575,
       .words = {"all", kTwoStage},
       .sweepable = false,
       .help = "test images a chip is evaluated on: all of them; so many of its own, the same at every point; or "
               "two-stage: "
               "a sample of its own, as large and from such classes and margins as 32 chips of every point show to be "
               "best"},
      {.path = "trials.until.half_width",
       .type = real,
       .low = Key::kAboveZero,
       .high = 0.999,
       .changes_results = false,
       .sweepable = false,
       .help =
           "chips are added until the interval of the metric's mean is at most its mean +- this, in the metric's unit "
           "(accuracy: 0.001 is 0.1 points)"},
      {.path = "trials.until.metric",
       .type = text,
       .fallback = "\"accuracy\"",
       .words = kUntilMetrics.all(),
       .changes_results = false,
       .sweepable = false,
       .help = "which mean is wanted"},
      {.path = "trials.until.confidence",
       .type = real,
       .fallback = "0.95",
       .low = 0.5,
       .high = 0.9999,
       .changes_results = false,
       .sweepable = false,
       .help = "probability with which the interval holds the mean over all chips"},
      {.path = "trials.until.min",
       .type = integer,
       .fallback = "30",
       .low = 8,
       .high = 4194304,
       .changes_results = false,
       .sweepable = false,
       .help = "chips before the first look; each further look is at a quarter more"},
      {.path = "trials.until.max",
       .type = integer,
       .fallback = "5000",
       .low = 8,
       .high = 4194304,
       .changes_results = false,
       .sweepable = false,
       .help = "chips after which none is added, whatever the interval"},
      {.path = "trials.until.interval",
       .type = text,
       .fallback = "\"fixed-width\"",
       .words = {"fixed-width", "sequence", "betting"},
       .changes_results = false,
       .sweepable = false,
       .help =
           "fixed-width: decides by the spread of chips; sequence: holds at every number of chips, for 2.4 times as "
           "many; betting: assumes nothing of an accuracy, for thousands"},
  };
  std::ranges::move(race_keys(), std::back_inserter(keys));
  return keys;
}

TrialsOptions read_trials(Reader& reader) {
  std::optional<Until> until;
  std::optional<Race> race = find_race(reader);
  if (const std::string_view written = find_until_key(reader); !written.empty()) {
    if (reader.is_written("trials.count"))
      fail_usage("{}: 'trials.count' stands beside '{}' (allowed: either a number of chips or trials.until)",
                 reader.where("trials.count"), written);
    if (!reader.has("trials.until.half_width"))
      fail_usage("{}: '{}' needs 'trials.until.half_width' (allowed: a number above 0 and below 1)",
                 reader.where(written), written);
    until = read_until(reader);
  }
  const bool on_validation = race && race->metric == RaceMetric::validation_accuracy;
  const bool keeps_validation = reads_validation(reader) || on_validation;
  if (on_validation) reader.substitute("trials.validation_accuracy", true);
  TrialsOptions options{.count = until  ? until->min
                                 : race ? race->min
                                        : static_cast<std::size_t>(reader.integer("trials.count")),
                        .until = until,
                        .race = std::move(race),
                        .images = read_images(reader),
                        .common_random_numbers = reader.boolean("trials.common_random_numbers"),
                        .kept = {.class_accuracy = reader.boolean("trials.class_accuracy"),
                                 .confusion = reader.boolean("trials.confusion"),
                                 .weight_statistics = reader.boolean("trials.weight_statistics"),
                                 .validation_accuracy = keeps_validation}};
  check_images(reader, options.images, options);
  return options;
}

}  // namespace ohmcarlo
