#pragma once
// What a results file lists besides its table: models and provenance. Private to storage/.

#include <vector>

#include "records/results.hpp"
#include "storage/hdf5.hpp"

namespace ohmcarlo::h5 {

/// Writes the group /models: a group a model, its record as attributes.
void write_models(hid_t root, const std::vector<ModelRecord>& models);
/// Throws std::runtime_error if the group is not there or not as written.
[[nodiscard]] std::vector<ModelRecord> read_models(hid_t root);

/// Writes the group /provenance: a group a start of the job, its texts as attributes.
void write_runs(hid_t root, const std::vector<Provenance>& runs);
/// Throws std::runtime_error if the group is not there or not as written.
[[nodiscard]] std::vector<Provenance> read_runs(hid_t root);

}  // namespace ohmcarlo::h5
