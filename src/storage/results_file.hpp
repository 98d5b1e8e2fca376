#pragma once
// The results file: written whole, read back for resume and for show. Its layout is the contract with every reader:
//
//   /                   attributes: format, schema_version, ohmcarlo_version, git_commit, experiment_name,
//                       experiment_toml, experiment_identity, experiment_hash, seed, classes (of the first point),
//                       status, swept_keys
//   /results/<key>      the values of an axis: a dimension scale, linked at the root as /<key>
//   /results/<metric>   [axes, replica, trial, the metric's own dimensions]; attributes units and long_name;
//                       pooled_over, of a mean over images whose number differs from chip to chip: the metric that
//                       counts them, by which means over chips are weighted; constant_over = "trial", of a number that
//                       a trained network has, alike for all its chips (both since late files of schema 1.1)
//   /results/state ...  0 not run, 1 done, 2 failed; clean_accuracy and clean_loss [axes, replica]
//   /settings           what configuration keys say once defaults and references are resolved (since schema 1.1): an
//                       attribute for a key that all points share, a dataset over just the axes it depends on for one
//                       that differs. Whole numbers, real numbers, h5py's booleans, and texts; lists and tables are
//                       texts as TOML writes them. In a dataset numbers are whole if all are and none is absent, else
//                       real; with words or truth values among them all are texts. A point that does not read the key
//                       has NaN or "". An axis that every point reads as it is has no entry; a key without an entry is
//                       read by no point. `classes`, which is no key: the number of classes of the data set
//   /sampling           where chips see a sample of the test images: `stratum` of every image; images of each stratum
//                       that a chip sees, `n_h`, and n, all of them; `pilot_n_h` of chips 0 .. pilot_chips - 1 of
//                       replica 0, which decided on n_h. Before they have: `pilot_cells` (point, trial, whether it has
//                       values) and `pilot_sums` (sums, sums of squares; a stratum each) of those that are done
//   /race               where values of an axis were raced (trials.race): attributes `axis`, `metric`, `tolerance`,
//                       `confidence`, `pair_confidence` (of one interval). For each combination of the other axes'
//                       values, the last axis fastest, a group race_0000, ...: attributes `end` (why it is over, or
//                       "goes on"), `leader` (a point's number), `chips_spent`, `chips_without_dropping`; and, one
//                       entry for each look and each value that was in the race until then: `chips` of the look,
//                       `point`, `mean`, `behind` (mean of how much better the leader is), `ci_low` and `ci_high` of
//                       that, `leads`, `dropped` (at this look). Like summaries it follows from the cells. Where
//                       trainings are raced, /race has `chips_of_training`, each race also `trainings_spent` and
//                       `trainings_without_dropping`, and each look a number of `trainings` in place of `chips`
//   /summary/<metric>, /summary_replica/<metric>   statistics over chips and trainings
//   /models/<id>        attributes of one trained network
//   /timing, /provenance   all that may differ between two equal runs
//
// Behind what HDF5 reads stands a checksum of it (storage/checksum.hpp), which every reader compares before the library
// sees a byte: on damaged metadata it may crash or never return. The library cuts it off when it opens a file for
// writing. Files without one, those included that earlier versions wrote, are first read by a child process.

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "records/results.hpp"
#include "storage/whole_file.hpp"

namespace ohmcarlo {

/// Version of the layout, "major.minor": readers refuse another major, and what is newer. Since 1.2 a file that is
/// whole but holds a part of an experiment has status "part".
inline constexpr const char* kSchemaVersion = "1.2";

/// Of the library, "1.10.8".
[[nodiscard]] std::string hdf5_version();

/// `damaged`: once ours, but its checksum is wrong.
enum class FileKind { absent, ours, damaged, foreign };

/// What lies at `path`; a file that cannot be read, or is no results file of this program, is foreign.
[[nodiscard]] FileKind kind_of_file(const std::filesystem::path& path);

/// Why there is no results file of this program at `path`, where a foreign file lies: "is cut short: the first 3000 of
/// 45678 bytes are there", with the checkpoint before it if that is kept.
[[nodiscard]] std::string describe_foreign(const std::filesystem::path& path);

/// The bytes of the file of these results, with their checksum.
[[nodiscard]] std::vector<std::byte> results_image(const Results& results);

/// Replaces the file by these results and a checksum. Throws UnusableResults; then the old file is untouched.
void save_results(const std::filesystem::path& path, const Results& results, const Replacement& how = {});

/// How a file is read that is not as it was written.
struct ReadOptions {
  bool accept_changes = false;  ///< a wrong checksum counts as none: the file was edited on purpose
  /// Is told, in a sentence that begins with the file's name, that there is no checksum, or that it is accepted as it
  /// is.
  std::function<void(const std::string&)> warn = {};
};

/// Reads all but the summaries and races. Throws UnusableResults with the file's name for anything but a results file
/// of this schema; if the checksum is wrong, it also names the previous checkpoint. What has no right checksum is first
/// read by a child process, which has 10 s and one more for every 10 MB. Throws Resumable if a signal asks to stop
/// meanwhile.
[[nodiscard]] Results load_results(const std::filesystem::path& path, const ReadOptions& options = {});

/// Reads the file as `load_results` and says in a line what it is: how much of it is done and what its checksum says.
[[nodiscard]] std::string describe_results_file(const std::filesystem::path& path);

}  // namespace ohmcarlo
