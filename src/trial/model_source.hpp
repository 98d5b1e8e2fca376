#pragma once
// Where trained models are kept, as the work of an experiment sees it.

#include <optional>
#include <string>

#include "records/model.hpp"

namespace ohmcarlo {

/// A store of models and of the progress of their trainings, by id and identity.
class ModelSource {
 public:
  ModelSource() = default;
  ModelSource(const ModelSource&) = delete;
  ModelSource& operator=(const ModelSource&) = delete;
  virtual ~ModelSource() = default;
  /// The model if it is there and whole.
  virtual std::optional<StoredModel> load(const std::string& id, const std::string& identity) = 0;
  /// Keeps the model and removes the progress of its training.
  virtual void save(const StoredModel& model) = 0;
  /// What a training that did not come to its end has left, if it is there and whole.
  virtual std::optional<std::string> load_progress(const std::string& id, const std::string& identity) = 0;
  virtual void save_progress(const std::string& id, const std::string& identity, const std::string& progress) = 0;
};

}  // namespace ohmcarlo
