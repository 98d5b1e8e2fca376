#include "config/race.hpp"

#include "base/error.hpp"

namespace ohmcarlo {
namespace {

constexpr std::string_view kRaceKeys[] = {"trials.race.axis",   "trials.race.tolerance", "trials.race.confidence",
                                          "trials.race.metric", "trials.race.min",       "trials.race.max",
                                          "trials.race.chips"};
/// Of the other ways to say how many chips there are.
constexpr std::string_view kOtherKeys[] = {
    "trials.count",     "trials.until.half_width", "trials.until.metric",  "trials.until.confidence",
    "trials.until.min", "trials.until.max",        "trials.until.interval"};

template <class Keys>
std::string_view find_written(const Reader& reader, const Keys& keys) {
  for (const std::string_view key : keys)
    if (reader.is_written(KeyName(key))) return key;
  return {};
}

}  // namespace

bool races_on_validation(std::string_view axis) {
  return axis.starts_with("training.") || axis.starts_with("network.");
}

bool races_on_test_data(const Race& race) {
  return race.metric != RaceMetric::validation_accuracy && races_on_validation(race.axis);
}

std::vector<Key> race_keys() {
  using enum KeyType;
  return {
      {.path = "trials.race.axis",
       .type = text,
       .changes_results = false,
       .sweepable = false,
       .help = "the swept key whose best value is wanted: chips go to those values that may be it, and a value that is "
               "worse for certain gets no more; excludes trials.count and trials.until"},
      {.path = "trials.race.tolerance",
       .type = real,
       .fallback = "0.001",
       .low = 0,
       .high = 0.999,
       .changes_results = false,
       .sweepable = false,
       .help =
           "the race is over when all values left are this near the best of them, in the metric's unit; 0: when one "
           "is left"},
      {.path = "trials.race.confidence",
       .type = real,
       .fallback = "0.95",
       .low = 0.5,
       .high = 0.9999,
       .changes_results = false,
       .sweepable = false,
       .help = "probability with which the best value is kept, however often one looks"},
      {.path = "trials.race.metric",
       .type = text,
       .words = kRaceMetrics.all(),
       .changes_results = false,
       .sweepable = false,
       .help = "what is raced on: by default validation_accuracy where the axis is a key of training or network, else "
               "accuracy"},
      {.path = "trials.race.min",
       .type = integer,
       .fallback = "10",
       .low = 8,
       .high = 4194304,
       .changes_results = false,
       .sweepable = false,
       .help = "chips of every value before the first look; each further look is at a quarter more. Of one training "
               "alone: with several see trials.race.chips"},
      {.path = "trials.race.max",
       .type = integer,
       .fallback = "5000",
       .low = 8,
       .high = 4194304,
       .changes_results = false,
       .sweepable = false,
       .help = "chips after which no value gets more. Of one training alone, as min"},
      {.path = "trials.race.chips",
       .type = integer,
       .fallback = "30",
       .low = 2,
       .high = 4194304,
       .changes_results = false,
       .sweepable = false,
       .help = "chips of each training where training.replicas is above 1: then values are raced on their means over "
               "trainings, with a look at each training, and training.replicas is the most that a value gets"},
  };
}

namespace {

/// How many chips there are, or trainings and chips of each. Throws BadUsage for the keys of the other kind of race.
void read_units(Reader& reader, Race& race) {
  const std::int64_t replicas = reader.integer("training.replicas");
  if (replicas > 1) {
    for (const std::string_view key : {"trials.race.min", "trials.race.max"})
      if (reader.is_written(KeyName(key)))
        fail_usage(
            "{}: '{}' counts the chips of one training, but 'training.replicas' is {} (allowed: trials.race.chips, "
            "chips of each training, or training.replicas = 1)",
            reader.where(key), key, replicas);
    race.chips = static_cast<std::size_t>(reader.integer("trials.race.chips"));
    race.min = race.max = *race.chips;
    return;
  }
  if (reader.is_written("trials.race.chips"))
    fail_usage(
        "{}: 'trials.race.chips' is of each of several trainings, but 'training.replicas' is {} (allowed: "
        "trials.race.min and trials.race.max, or more trainings)",
        reader.where("trials.race.chips"), replicas);
  race.min = static_cast<std::size_t>(reader.integer("trials.race.min"));
  race.max = static_cast<std::size_t>(reader.integer("trials.race.max"));
  if (race.max < race.min)
    fail_usage("{}: 'trials.race.max' is {}, below 'trials.race.min' (allowed: at least {})",
               reader.where("trials.race.max"), race.max, race.min);
}

}  // namespace

std::optional<Race> find_race(Reader& reader) {
  const std::string_view written = find_written(reader, kRaceKeys);
  if (written.empty()) return std::nullopt;
  if (!reader.has("trials.race.axis"))
    fail_usage("{}: '{}' needs 'trials.race.axis' (allowed: a key that is swept)", reader.where(written), written);
  if (const std::string_view other = find_written(reader, kOtherKeys); !other.empty())
    fail_usage("{}: '{}' stands beside '{}' (allowed: one of trials.count, trials.until and trials.race)",
               reader.where(other), other, written);
  Race race{.axis = reader.text("trials.race.axis"),
            .tolerance = reader.real("trials.race.tolerance"),
            .confidence = reader.real("trials.race.confidence")};
  race.metric = races_on_validation(race.axis) ? RaceMetric::validation_accuracy : RaceMetric::accuracy;
  if (reader.has("trials.race.metric")) race.metric = reader.meaning("trials.race.metric", kRaceMetrics);
  reader.substitute("trials.race.metric", std::string(kRaceMetrics.word_of(race.metric)));
  read_units(reader, race);
  return race;
}

}  // namespace ohmcarlo
