#pragma once
// The model store: one file a trained network, named by the hash of its identity. A cache: what is damaged is absent.

#include <filesystem>
#include <optional>
#include <vector>

#include "records/model.hpp"

namespace ohmcarlo {

class ModelStore {
 public:
  /// The directory is made by the first save.
  explicit ModelStore(std::filesystem::path directory) : directory_(std::move(directory)) {}

  /// $OHMCARLO_MODELS, else `models` in the directory of the results file.
  [[nodiscard]] static std::filesystem::path directory_for(const std::filesystem::path& results);

  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }
  [[nodiscard]] std::filesystem::path path(const std::string& id) const;

  /// The model, if its file is there, whole, and of this very identity.
  [[nodiscard]] std::optional<StoredModel> load(const std::string& id, const std::string& identity) const;
  /// Whatever lies under this id. Throws UnusableResults if it is absent or damaged.
  [[nodiscard]] StoredModel load(const std::string& id) const;

  /// The model in a file of that format anywhere. Throws UnusableResults if it is absent or damaged.
  [[nodiscard]] static StoredModel load_file(const std::filesystem::path& path);

  /// Writes the file whole. Two writers of one model write the same bytes. Throws UnusableResults.
  void save(const StoredModel& model) const;

  /// The progress of a training that was interrupted, if its file is there, whole, and of this very identity.
  [[nodiscard]] std::optional<std::string> load_progress(const std::string& id, const std::string& identity) const;
  /// Writes the file whole. Throws UnusableResults.
  void save_progress(const std::string& id, const std::string& identity, const std::string& progress) const;
  void remove_progress(const std::string& id) const;

  /// Removes the temporaries of processes that were killed while they wrote to the store.
  void remove_leftovers() const;

  /// Ids of all files of the store, sorted.
  [[nodiscard]] std::vector<std::string> list() const;
  /// True if there was such a file.
  bool remove(const std::string& id) const;

 private:
  [[nodiscard]] std::filesystem::path progress_path(const std::string& id) const;
  void make_directory() const;

  std::filesystem::path directory_;
};

}  // namespace ohmcarlo
