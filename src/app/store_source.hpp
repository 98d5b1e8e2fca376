#pragma once
// The model store as the work of an experiment sees it.

#include "storage/model_store.hpp"
#include "trial/model_source.hpp"

namespace ohmcarlo {

class StoreSource final : public ModelSource {
 public:
  /// `store` must outlive this.
  explicit StoreSource(const ModelStore& store) : store_(store) {}
  std::optional<StoredModel> load(const std::string& id, const std::string& identity) override {
    return store_.load(id, identity);
  }
  void save(const StoredModel& model) override {
    store_.save(model);
    store_.remove_progress(model.record.id);
  }
  std::optional<std::string> load_progress(const std::string& id, const std::string& identity) override {
    return store_.load_progress(id, identity);
  }
  void save_progress(const std::string& id, const std::string& identity, const std::string& progress) override {
    store_.save_progress(id, identity, progress);
  }

 private:
  const ModelStore& store_;
};

}  // namespace ohmcarlo
