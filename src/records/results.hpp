#pragma once
// Everything a results file holds.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "records/race.hpp"
#include "records/sampling.hpp"
#include "records/setting.hpp"
#include "records/table.hpp"

namespace ohmcarlo {

/// `part`: all is there that a job was to compute of a larger whole.
enum class RunStatus : std::uint8_t { running, interrupted, part, complete };

[[nodiscard]] inline const char* to_text(RunStatus status) {
  return status == RunStatus::running       ? "running"
         : status == RunStatus::interrupted ? "interrupted"
         : status == RunStatus::part        ? "part"
                                            : "complete";
}

/// One quantity of a summary: a value for every point (or every point and replica), in each for all of the metric's own
/// dimensions.
struct SummaryColumn {
  std::string name;
  std::vector<double> values;
};

/// The summary of one metric.
struct SummaryGroup {
  std::string metric;
  std::vector<Dimension> dimensions;    ///< the metric's own
  std::string interval_over;            ///< "chips" or "trainings"
  std::vector<SummaryColumn> points;    ///< [points, the metric's own dimensions]
  std::vector<SummaryColumn> replicas;  ///< [points, replicas, the metric's own dimensions]
  double confidence = 0.95;             ///< of all its intervals over chips
};

/// Where results come from: names and texts that describe one start of the job. What may differ between two equal runs
/// lives nowhere else.
using Provenance = std::vector<std::pair<std::string, std::string>>;

struct Results {
  std::string name;
  std::string toml;
  std::string identity;  ///< of the experiment, "key = value" lines; its sha256 is the hash
  std::string hash;
  std::uint64_t seed = 0;
  std::size_t classes = 0;  ///< of the data set
  RunStatus status = RunStatus::running;
  Table table;
  std::vector<ModelRecord> models;
  std::vector<SummaryGroup> summaries;
  std::vector<ResolvedSetting> settings;  ///< over the axes of the table; empty in files of schema 1.0
  std::optional<Sampling> sampling;       ///< nothing where every chip sees all test images
  std::optional<RaceRecord> race;         ///< made for saving, like the summaries; nothing without trials.race
  std::vector<Provenance> runs;           ///< one entry for every start of the job
};

}  // namespace ohmcarlo
