#include "storage/model_store.hpp"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <iterator>
#include <span>

#include "base/error.hpp"
#include "storage/checksum.hpp"
#include "storage/hdf5.hpp"
#include "storage/whole_file.hpp"

namespace ohmcarlo {
namespace {

constexpr const char* kModelFormat = "ohmcarlo model";
constexpr const char* kSuffix = ".model.h5";
constexpr const char* kProgressSuffix = ".progress";

/// How the file of an unfinished training begins. Its numbers are those of the processor that wrote it.
std::string progress_head(const std::string& identity) {
  return fmt::format("ohmcarlo training progress 1, {}-endian\n{}\n{}\n",
                     std::endian::native == std::endian::little ? "little" : "big", identity.size(), identity);
}

/// What a file holds before its checksum. It is compared first: the library (1.10) crashes on damaged metadata. Throws
/// std::runtime_error if a byte has changed.
std::span<const std::byte> checked_contents(std::span<const std::byte> file) {
  if (compare_checksum(file) != ChecksumState::right) throw std::runtime_error("wrong checksum");
  return contents_before_checksum(file);
}

StoredModel read(const std::filesystem::path& path) {
  const std::vector<std::byte> bytes = read_whole(path);
  try {
    const h5::Handle file = h5::open_image(checked_contents(bytes));
    if (h5::read_text(file, "format") != kModelFormat) throw std::runtime_error("another format");
    StoredModel model;
    ModelRecord& record = model.record;
    record = {h5::read_text(file, "id"),
              h5::read_text(file, "identity"),
              h5::read_text(file, "method"),
              path.filename().string(),
              h5::read_integer(file, "replica"),
              h5::read_integer(file, "epoch"),
              h5::read_number(file, "training_loss"),
              h5::read_number(file, "validation_accuracy"),
              h5::read_number(file, "clean_accuracy"),
              h5::read_number(file, "clean_loss"),
              h5::read_integer(file, "diverged") != 0};
    const h5::Handle group = h5::open_group(file, "parameters");
    for (const std::string& name : h5::children(group)) {
      const h5::Handle dataset = h5::open_dataset(group, name);
      NamedArray array{name, h5::shape_of(dataset), {}};
      array.values.resize(h5::count_of(array.shape));
      h5::read_dataset(dataset, H5T_NATIVE_FLOAT, array.values);
      model.arrays.push_back(std::move(array));
    }
    for (auto [name, series] : {std::pair{"training_loss_by_epoch", &model.training_loss},
                                std::pair{"validation_accuracy_by_epoch", &model.validation_accuracy}}) {
      const h5::Handle dataset = h5::open_dataset(file, name);
      series->resize(h5::shape_of(dataset).at(0));
      if (!series->empty()) h5::read_dataset(dataset, H5T_NATIVE_DOUBLE, *series);
    }
    return model;
  } catch (const std::exception& error) {
    fail_results("{}: not a model of this program, or damaged ({})", path.string(), error.what());
  }
}

}  // namespace

std::filesystem::path ModelStore::directory_for(const std::filesystem::path& results) {
  if (const char* directory = std::getenv("OHMCARLO_MODELS"); directory != nullptr && *directory != '\0')
    return directory;
  return results.parent_path() / "models";
}

std::filesystem::path ModelStore::path(const std::string& id) const {
  return directory_ / (id + kSuffix);
}

std::optional<StoredModel> ModelStore::load(const std::string& id, const std::string& identity) const {
  std::error_code error;
  if (!std::filesystem::exists(path(id), error)) return std::nullopt;
  try {
    StoredModel model = load(id);
    if (model.record.identity == identity) return model;
  } catch (const Error&) {  // damaged: as good as absent
  }
  return std::nullopt;
}

StoredModel ModelStore::load(const std::string& id) const {
  return load_file(path(id));
}

StoredModel ModelStore::load_file(const std::filesystem::path& path) {
  const std::scoped_lock lock(h5::library_mutex());
  return read(path);
}

void ModelStore::save(const StoredModel& model) const {
  const std::scoped_lock lock(h5::library_mutex());
  make_directory();
  h5::Handle file = h5::create_in_memory();
  h5::write_attribute(file, "format", std::string(kModelFormat));
  h5::write_attribute(file, "id", model.record.id);
  h5::write_attribute(file, "identity", model.record.identity);
  h5::write_attribute(file, "method", model.record.method);
  h5::write_attribute(file, "replica", model.record.replica);
  h5::write_attribute(file, "epoch", model.record.epoch);
  h5::write_attribute(file, "training_loss", model.record.training_loss);
  h5::write_attribute(file, "validation_accuracy", model.record.validation_accuracy);
  h5::write_attribute(file, "clean_accuracy", model.record.clean_accuracy);
  h5::write_attribute(file, "clean_loss", model.record.clean_loss);
  h5::write_attribute(file, "diverged", static_cast<std::int64_t>(model.record.diverged));
  {
    const h5::Handle group = h5::create_group(file, "parameters");
    for (const NamedArray& array : model.arrays)
      h5::write_dataset(group, array.name, H5T_NATIVE_FLOAT, array.shape, array.values.data());
  }
  for (const auto& [name, series] : {std::pair{"training_loss_by_epoch", &model.training_loss},
                                     std::pair{"validation_accuracy_by_epoch", &model.validation_accuracy}}) {
    const std::size_t count = series->size();
    h5::write_dataset(file, name, H5T_NATIVE_DOUBLE, std::span(&count, 1), series->data());
  }
  std::vector<std::byte> bytes = h5::image(file);
  append_checksum(bytes);
  write_whole(path(model.record.id), bytes);
}

void ModelStore::make_directory() const {
  std::error_code error;
  std::filesystem::create_directories(directory_, error);
  if (error) fail_results("{}: cannot make the model store ({})", directory_.string(), error.message());
}

std::filesystem::path ModelStore::progress_path(const std::string& id) const {
  return directory_ / (id + kProgressSuffix);
}

std::optional<std::string> ModelStore::load_progress(const std::string& id, const std::string& identity) const {
  std::error_code error;
  if (!std::filesystem::exists(progress_path(id), error)) return std::nullopt;
  try {
    const std::vector<std::byte> bytes = read_whole(progress_path(id));
    const std::span<const std::byte> whole = checked_contents(bytes);
    const std::string head = progress_head(identity);
    if (whole.size() < head.size() || !std::ranges::equal(whole.first(head.size()), std::as_bytes(std::span(head))))
      return std::nullopt;
    const std::span<const std::byte> progress = whole.subspan(head.size());
    return std::string(reinterpret_cast<const char*>(progress.data()), progress.size());
  } catch (const std::exception&) {  // damaged: as good as absent
    return std::nullopt;
  }
}

void ModelStore::save_progress(const std::string& id, const std::string& identity, const std::string& progress) const {
  make_directory();
  std::vector<std::byte> bytes;
  for (const std::string& part : {progress_head(identity), progress})
    std::ranges::copy(std::as_bytes(std::span(part)), std::back_inserter(bytes));
  append_checksum(bytes);
  write_whole(progress_path(id), bytes);
}

void ModelStore::remove_leftovers() const {
  remove_abandoned_temporaries(directory_);
}

void ModelStore::remove_progress(const std::string& id) const {
  std::error_code error;
  std::filesystem::remove(progress_path(id), error);
}

std::vector<std::string> ModelStore::list() const {
  std::vector<std::string> ids;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory_, error)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(kSuffix) && !name.starts_with("."))
      ids.push_back(name.substr(0, name.size() - std::string(kSuffix).size()));
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

bool ModelStore::remove(const std::string& id) const {
  std::error_code error;
  return std::filesystem::remove(path(id), error);
}

}  // namespace ohmcarlo
