#pragma once
// The file of ohmcarlo tail: written whole, with a checksum behind it. Its layout:
//
//   /   attributes: format ("ohmcarlo tail"), schema_version, ohmcarlo_version, git_commit, experiment_name,
//       experiment_toml, experiment_hash, status, point, selectors (a line each), below or quantile (the other is NaN),
//       chips, runs, estimate, ci_low, ci_high, spread, upper_bound, evaluations; device, unless it is the processor
//   /run_<r>/level_<l>   runs from 0, levels from 1: accuracy, margin, accepted [states]; chain_first, chain_length
//       [chains], of which a state's ancestry follows; attributes step, rho, threshold_accuracy, threshold_margin,
//       share, acceptance, correlation
//   /run_<r>/unfinished_level   while the level that comes next is under way: states [chains], how many of each chain
//       are known; accuracy, margin, accepted of these, chain after chain
//   /adversary   where it was asked for: bound (in sigma), accuracy, one_step [bounds]: see WorstChip

#include <filesystem>

#include "records/tail.hpp"
#include "storage/whole_file.hpp"

namespace ohmcarlo {

/// Replaces the file. Throws UnusableResults; then the old file is untouched.
void save_tail(const std::filesystem::path& path, const TailRecord& tail, const Replacement& how = {});

/// Whether a file of this kind lies at `path`, whole or damaged.
[[nodiscard]] bool is_tail_file(const std::filesystem::path& path);

/// Throws UnusableResults for anything but a whole file of this kind.
[[nodiscard]] TailRecord load_tail(const std::filesystem::path& path);

}  // namespace ohmcarlo
