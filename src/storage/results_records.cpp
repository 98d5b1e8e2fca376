#include "storage/results_records.hpp"

#include <fmt/format.h>

namespace ohmcarlo::h5 {

void write_models(hid_t root, const std::vector<ModelRecord>& models) {
  const Handle group = create_group(root, "models");
  for (const ModelRecord& model : models) {
    const Handle entry = create_group(group, model.id);
    write_attribute(entry, "identity", model.identity);
    write_attribute(entry, "method", model.method);
    write_attribute(entry, "file", model.file);
    write_attribute(entry, "replica", model.replica);
    write_attribute(entry, "epoch", model.epoch);
    write_attribute(entry, "training_loss", model.training_loss);
    write_attribute(entry, "validation_accuracy", model.validation_accuracy);
    write_attribute(entry, "clean_accuracy", model.clean_accuracy);
    write_attribute(entry, "clean_loss", model.clean_loss);
    write_attribute(entry, "diverged", static_cast<std::int64_t>(model.diverged));
  }
}

std::vector<ModelRecord> read_models(hid_t root) {
  const Handle group = open_group(root, "models");
  std::vector<ModelRecord> models;
  for (const std::string& id : children(group)) {
    const Handle entry = open_group(group, id);
    models.push_back({id, read_text(entry, "identity"), read_text(entry, "method"), read_text(entry, "file"),
                      read_integer(entry, "replica"), read_integer(entry, "epoch"), read_number(entry, "training_loss"),
                      read_number(entry, "validation_accuracy"), read_number(entry, "clean_accuracy"),
                      read_number(entry, "clean_loss"), read_integer(entry, "diverged") != 0});
  }
  return models;
}

void write_runs(hid_t root, const std::vector<Provenance>& runs) {
  const Handle group = create_group(root, "provenance");
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const Handle entry = create_group(group, fmt::format("run_{:04}", i + 1));
    for (const auto& [name, text] : runs[i]) write_attribute(entry, name.c_str(), text);
  }
}

std::vector<Provenance> read_runs(hid_t root) {
  const Handle group = open_group(root, "provenance");
  std::vector<Provenance> runs;
  for (const std::string& name : children(group)) {
    const Handle entry = open_group(group, name);
    Provenance facts;
    const int count = H5Aget_num_attrs(entry);
    for (int i = 0; i < count; ++i) {
      char key[256] = "";
      const Handle attribute(
          H5Aopen_by_idx(entry, ".", H5_INDEX_NAME, H5_ITER_INC, static_cast<hsize_t>(i), H5P_DEFAULT, H5P_DEFAULT),
          H5Aclose, "provenance");
      H5Aget_name(attribute, sizeof key, key);
      facts.emplace_back(key, read_text(entry, key));
    }
    runs.push_back(std::move(facts));
  }
  return runs;
}

}  // namespace ohmcarlo::h5
