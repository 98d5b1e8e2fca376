#pragma once
// The results of one experiment from files that each hold a part of it (run --shard).

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "records/results.hpp"

namespace ohmcarlo {

/// What a run of the whole experiment would hold, without summaries: cells, networks and clean numbers of all parts,
/// and the starts of all their jobs. A cell that several parts have is taken from the first of them, its seconds, too.
/// One part is held at a time, besides what they are together.
class MergedParts {
 public:
  /// Adds what the file of this name holds. Throws UnusableResults, with the names of the files, for a part of another
  /// experiment or of a sweep over other values, for cells, networks or clean numbers of which two parts say different
  /// things, and where chips see samples of the test images, whose design belongs to one job.
  void add(const std::string& file, Results part);

  /// All parts so far, at least one; their status is `complete` or, if chips are missing, `part`.
  [[nodiscard]] Results take();

 private:
  void check_same_experiment(const std::string& file, const Results& part) const;
  void make_room(const std::string& file, const Results& part);
  void take_cell(const std::string& file, const Table& part, std::size_t cell);
  void take_clean(const std::string& file, const Table& part);
  void take_models(const std::string& file, const std::vector<ModelRecord>& models);

  std::vector<std::string> files_;
  std::optional<Results> merged_;
  std::vector<std::uint32_t> source_;  ///< [cells] number of the file that a cell is from
};

/// Which points lack chips, in one line: how many, the first one and what it has; empty if none does. Where rules
/// decide how many chips are needed (trials.until), points that have not come to a decision lack chips.
[[nodiscard]] std::string missing_chips(const Results& results);

}  // namespace ohmcarlo
