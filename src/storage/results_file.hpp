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
//   /summary/<metric>, /summary_replica/<metric>   statistics over chips and trainings
//   /models/<id>        attributes of one trained network
//   /timing, /provenance   all that may differ between two equal runs

#include <filesystem>
#include <string>

#include "records/results.hpp"

namespace ohmcarlo {

/// Version of the layout, "major.minor": readers refuse another major.
inline constexpr const char* kSchemaVersion = "1.1";

/// Of the library, "1.10.8".
[[nodiscard]] std::string hdf5_version();

enum class FileKind { absent, ours, foreign };

/// What lies at `path`; a file that cannot be read, or is no results file of this program, is foreign.
[[nodiscard]] FileKind kind_of_file(const std::filesystem::path& path);

/// Replaces the file by these results. Throws UnusableResults; then the old file is untouched.
void save_results(const std::filesystem::path& path, const Results& results);

/// Reads all but the summaries. Throws UnusableResults with the file's name for anything but a results file of this
/// schema.
[[nodiscard]] Results load_results(const std::filesystem::path& path);

}  // namespace ohmcarlo
