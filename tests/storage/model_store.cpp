#include "storage/model_store.hpp"

#include <chrono>
#include <cmath>
#include <limits>
#include <thread>

#include <gmock/gmock.h>

#include "scratch.hpp"

namespace ohmcarlo::test {
namespace model_store_test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

StoredModel some_model(const std::string& id = "0123456789abcdef") {
  StoredModel model;
  model.record = {id, "training.epochs = 2\nreplica = 3\n", "noise-injection", "", 3, 2, 0.25, 0.75, 0.5, 1.5, false};
  model.arrays = {{"dense1.bias", {2}, {0.5F, -1.0F}},
                  {"dense1.weights", {2, 3}, {1, 2, 3, 4, 5, std::numeric_limits<float>::denorm_min()}}};
  model.training_loss = {1.5, 0.25};
  model.validation_accuracy = {0.5, 0.75};
  return model;
}

void expect_same(const StoredModel& read, const StoredModel& written) {
  EXPECT_EQ(read.record.id, written.record.id);
  EXPECT_EQ(read.record.identity, written.record.identity);
  EXPECT_EQ(read.record.method, written.record.method);
  EXPECT_EQ(read.record.replica, written.record.replica);
  EXPECT_EQ(read.record.epoch, written.record.epoch);
  EXPECT_EQ(read.record.training_loss, written.record.training_loss);
  EXPECT_EQ(read.record.validation_accuracy, written.record.validation_accuracy);
  EXPECT_EQ(read.record.clean_accuracy, written.record.clean_accuracy);
  EXPECT_EQ(read.record.clean_loss, written.record.clean_loss);
  EXPECT_EQ(read.record.diverged, written.record.diverged);
  EXPECT_EQ(read.training_loss, written.training_loss);
  EXPECT_EQ(read.validation_accuracy, written.validation_accuracy);
  ASSERT_EQ(read.arrays.size(), written.arrays.size());
  for (std::size_t i = 0; i < read.arrays.size(); ++i) {
    EXPECT_EQ(read.arrays[i].name, written.arrays[i].name);
    EXPECT_EQ(read.arrays[i].shape, written.arrays[i].shape);
    EXPECT_EQ(read.arrays[i].values, written.arrays[i].values);
  }
}

TEST(ModelStore, ReadsBackWhatWasSaved) {
  const Scratch folder;
  const ModelStore store(folder / "deep/models");
  const StoredModel model = some_model();
  store.save(model);
  const auto read = store.load(model.record.id, model.record.identity);
  ASSERT_TRUE(read.has_value());
  expect_same(*read, model);
  EXPECT_EQ(read->record.file, "0123456789abcdef.model.h5");
  EXPECT_EQ(store.path(model.record.id), folder / "deep/models/0123456789abcdef.model.h5");
}

TEST(ModelStore, KeepsADivergedTraining) {
  const Scratch folder;
  const ModelStore store(folder.path());
  StoredModel model = some_model();
  model.record.diverged = true;
  model.record.training_loss = std::numeric_limits<double>::quiet_NaN();
  model.training_loss.clear();
  model.validation_accuracy.clear();
  store.save(model);
  const auto read = store.load(model.record.id, model.record.identity);
  ASSERT_TRUE(read.has_value());
  EXPECT_TRUE(read->record.diverged);
  EXPECT_TRUE(std::isnan(read->record.training_loss));
  EXPECT_THAT(read->training_loss, IsEmpty());
}

TEST(ModelStore, SavingsAtDifferentTimesGiveTheSameBytes) {
  const Scratch folder;
  const ModelStore store(folder.path());
  store.save(some_model());
  const std::string first = read_text(store.path("0123456789abcdef"));
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));  // HDF5 would note the second of the saving
  store.save(some_model());
  EXPECT_EQ(read_text(store.path("0123456789abcdef")), first);
  EXPECT_THAT(folder.names(), ElementsAre("0123456789abcdef.model.h5"));
}

TEST(ModelStore, AnotherIdentityIsAbsent) {
  const Scratch folder;
  const ModelStore store(folder.path());
  store.save(some_model());
  EXPECT_FALSE(store.load("0123456789abcdef", "training.epochs = 3\nreplica = 3\n").has_value());
  EXPECT_FALSE(store.load("fedcba9876543210", some_model().record.identity).has_value());
}

TEST(ModelStore, AChangedWeightOrIdentityIsAbsent) {
  const Scratch folder;
  const ModelStore store(folder.path());
  StoredModel model = some_model();
  model.arrays[1].values = {1.0F, 1234.5F, 3, 4, 5, 6};
  store.save(model);
  const std::string whole = read_text(store.path(model.record.id));
  const float weight = 1234.5F;
  const std::size_t place = whole.find(std::string(reinterpret_cast<const char*>(&weight), sizeof weight));
  ASSERT_NE(place, std::string::npos);
  std::string damaged = whole;
  damaged[place] = static_cast<char>(damaged[place] ^ 1);
  write_text(store.path(model.record.id), damaged);
  EXPECT_FALSE(store.load(model.record.id, model.record.identity).has_value());
  EXPECT_THAT(error_of([&] { (void)store.load(model.record.id); }), HasSubstr("damaged"));
}

// Anything may happen to a file; a store that reads a damaged one must say so or give the very model.
TEST(ModelStore, DamagedBytesAndLostEndsNeverGiveAnotherModel) {
  const Scratch folder;
  const ModelStore store(folder.path());
  const StoredModel model = some_model();
  store.save(model);
  const fs::path path = store.path(model.record.id);
  const std::string whole = read_text(path);
  for (std::size_t place = 0; place < whole.size(); place += 61) {
    std::string damaged = whole;
    damaged[place] = static_cast<char>(~damaged[place]);
    write_text(path, damaged);
    const auto read = store.load(model.record.id, model.record.identity);
    if (!read) continue;
    ASSERT_EQ(read->arrays.size(), model.arrays.size());
    for (std::size_t i = 0; i < model.arrays.size(); ++i) EXPECT_EQ(read->arrays[i].values, model.arrays[i].values);
  }
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{100}, whole.size() / 2, whole.size() - 1}) {
    write_text(path, whole.substr(0, size));
    EXPECT_FALSE(store.load(model.record.id, model.record.identity).has_value()) << size;
  }
}

constexpr const char* kId = "0123456789abcdef";
const std::string kIdentity = "training.epochs = 2\nreplica = 3\n";
const std::string kProgress("bytes\0of any kind\n\xff", 19);

TEST(ModelStore, KeepsTheLastProgressUntilItIsRemoved) {
  const Scratch folder;
  const ModelStore store(folder / "deep/models");
  EXPECT_FALSE(store.load_progress(kId, kIdentity).has_value());
  store.save_progress(kId, kIdentity, "earlier");
  store.save_progress(kId, kIdentity, kProgress);
  EXPECT_EQ(store.load_progress(kId, kIdentity), kProgress);
  EXPECT_THAT(store.list(), IsEmpty()) << "it is no model";
  EXPECT_FALSE(store.load(kId, kIdentity).has_value());
  store.remove_progress(kId);
  EXPECT_FALSE(store.load_progress(kId, kIdentity).has_value());
  EXPECT_NO_THROW(store.remove_progress(kId));
  store.save_progress(kId, kIdentity, "");
  EXPECT_EQ(store.load_progress(kId, kIdentity), "");
}

TEST(ModelStore, ProgressOfAnotherIdentityIsAbsent) {
  const Scratch folder;
  const ModelStore store(folder.path());
  store.save_progress(kId, kIdentity, kProgress);
  EXPECT_FALSE(store.load_progress(kId, "training.epochs = 3\nreplica = 3\n").has_value());
  EXPECT_FALSE(store.load_progress(kId, "").has_value());
  EXPECT_FALSE(store.load_progress(kId, kIdentity + kProgress).has_value());
  EXPECT_FALSE(store.load_progress("fedcba9876543210", kIdentity).has_value());
}

TEST(ModelStore, DamagedProgressIsAbsent) {
  const Scratch folder;
  const ModelStore store(folder.path());
  store.save_progress(kId, kIdentity, kProgress);
  const fs::path path = folder / "0123456789abcdef.progress";
  const std::string whole = read_text(path);
  for (std::size_t place = 0; place < whole.size(); ++place) {
    std::string damaged = whole;
    damaged[place] = static_cast<char>(damaged[place] ^ 1);
    write_text(path, damaged);
    EXPECT_FALSE(store.load_progress(kId, kIdentity).has_value()) << place;
    write_text(path, whole.substr(0, place));
    EXPECT_FALSE(store.load_progress(kId, kIdentity).has_value()) << "cut to " << place;
  }
  write_text(path, whole + "x");
  EXPECT_FALSE(store.load_progress(kId, kIdentity).has_value());
  write_text(path, whole);
  EXPECT_EQ(store.load_progress(kId, kIdentity), kProgress);
}

TEST(ModelStore, LeftoversOfKilledProcessesAreRemoved) {
  const Scratch folder;
  const ModelStore store(folder.path());
  store.save(some_model());
  write_text(folder / ".0123456789abcdef.model.h5.somewhere.12.00c0ffee.tmp", "half of a mo");
  write_text(folder / ".fedcba9876543210.progress.somewhere.12.00c0ffee.tmp", "half of a training");
  store.remove_leftovers();
  EXPECT_THAT(folder.names(), ElementsAre("0123456789abcdef.model.h5"));
  EXPECT_NO_THROW(ModelStore(folder / "missing").remove_leftovers());
}

TEST(ModelStore, ListsAndRemoves) {
  const Scratch folder;
  const ModelStore store(folder / "models");
  EXPECT_THAT(store.list(), IsEmpty());
  EXPECT_FALSE(store.remove("b"));
  store.save(some_model("b"));
  store.save(some_model("a"));
  write_text(folder / "models/notes.txt", "not a model");
  EXPECT_THAT(store.list(), ElementsAre("a", "b"));
  EXPECT_TRUE(store.remove("b"));
  EXPECT_THAT(store.list(), ElementsAre("a"));
  EXPECT_THAT(error_of([&] { (void)store.load("b"); }), HasSubstr("b.model.h5"));
}

TEST(ModelStore, UnusableDirectoryIsAnError) {
  const Scratch folder;
  write_text(folder / "models", "a file in the place of the store");
  EXPECT_THAT(error_of([&] { ModelStore(folder / "models").save(some_model()); }), HasSubstr("models"));
}

TEST(ModelStore, LiesBesideTheResultsUnlessTheEnvironmentSaysWhere) {
  const char* before = std::getenv("OHMCARLO_MODELS");
  const std::string saved = before != nullptr ? before : "";
  unsetenv("OHMCARLO_MODELS");
  EXPECT_EQ(ModelStore::directory_for("out/R.h5"), "out/models");
  EXPECT_EQ(ModelStore::directory_for("R.h5"), "models");
  setenv("OHMCARLO_MODELS", "/elsewhere", 1);
  EXPECT_EQ(ModelStore::directory_for("out/R.h5"), "/elsewhere");
  if (before != nullptr)
    setenv("OHMCARLO_MODELS", saved.c_str(), 1);
  else
    unsetenv("OHMCARLO_MODELS");
}

}  // namespace model_store_test
}  // namespace ohmcarlo::test
