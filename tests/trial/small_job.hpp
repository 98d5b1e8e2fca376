#pragma once
// An experiment on a small made data set, with its models in memory.

#include <map>
#include <memory>
#include <string>

#include "data/idx_files.hpp"
#include "experiment/refusal.hpp"
#include "scratch.hpp"
#include "trial/tasks.hpp"

namespace ohmcarlo::test {

/// Keeps models in memory and counts what is saved.
class MemoryModels final : public ModelSource {
 public:
  std::optional<StoredModel> load(const std::string& id, const std::string&) override {
    const auto found = models.find(id);
    return found == models.end() ? std::nullopt : std::optional(found->second);
  }
  void save(const StoredModel& model) override {
    models[model.record.id] = model;
    progress.erase(model.record.id);
    ++saved;
  }
  std::optional<std::string> load_progress(const std::string& id, const std::string&) override {
    const auto found = progress.find(id);
    return found == progress.end() ? std::nullopt : std::optional(found->second);
  }
  void save_progress(const std::string& id, const std::string&, const std::string& bytes) override {
    progress[id] = bytes;
    ++progress_saved;
  }

  std::map<std::string, StoredModel> models;
  std::map<std::string, std::string> progress;
  int saved = 0, progress_saved = 0;
};

/// `count` images of 28 x 28 pixels, of class i % 10: a bar of three rows whose place is the class, not always whole.
inline Bytes bars(std::uint32_t count) {
  Bytes body(std::size_t{count} * 784, 0);
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t p = 0; p < 84; ++p)
      if ((i * 7 + p * 13) % 11 > i % 5)
        body[i * 784 + (i % 10) * 77 + p] = static_cast<std::uint8_t>(100 + (i * 31 + p * 17) % 156);
  return idx_bytes({2051, count, 28, 28}, body);
}

/// Writes the files of a set "mnist" of 200 training and 50 test images; returns the folder.
inline std::string write_small_set(const fs::path& folder) {
  write_file(folder / "train-images-idx3-ubyte", bars(200));
  write_file(folder / "train-labels-idx1-ubyte", label_bytes(200));
  write_file(folder / "t10k-images-idx3-ubyte", bars(50));
  write_file(folder / "t10k-labels-idx1-ubyte", label_bytes(50));
  return folder.string();
}

/// 200 training images, of which 40 are held out, and 50 test images in files of their own.
class SmallJob {
 public:
  explicit SmallJob(const std::string& text, const Clock& clock = steady_clock())
      : clock_(clock),
        experiment_(
            experiment_of("data.set = \"mnist\"\ndata.directory = \"" + write_small_set(folder_.path()) + "\"\n" +
                          (text.find("data.validation") == std::string::npos ? "data.validation = 40\n" : "") + text)),
        data_(experiment_),
        hashes_(data_.hash_contents()),
        plan_(make_plan(experiment_, hashes_, {})) {}

  [[nodiscard]] const Experiment& experiment() const { return experiment_; }
  [[nodiscard]] const Plan& plan() const { return plan_; }
  [[nodiscard]] DataSource& data() { return data_; }
  [[nodiscard]] const std::map<std::string, std::string>& hashes() const { return hashes_; }
  [[nodiscard]] const Clock& clock() const { return clock_; }
  /// Tasks that have done nothing yet.
  [[nodiscard]] ExperimentTasks fresh_tasks() { return {experiment_, plan_, data_, models, clock_}; }

  MemoryModels models;

 private:
  Scratch folder_;
  Clock clock_;
  Experiment experiment_;
  DataSource data_;
  std::map<std::string, std::string> hashes_;
  Plan plan_;
};

inline void never() {}

}  // namespace ohmcarlo::test
