#include "storage/results_file.hpp"

#include <bit>
#include <cmath>

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "storage/hdf5.hpp"
#include "storage/scratch.hpp"
#include "storage/whole_file.hpp"

namespace ohmcarlo::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

Results some_results(std::vector<Axis> axes) {
  Results results;
  results.name = "a \"name\" with \xc3\xa4";
  results.toml = "[data]\nset = \"mnist\"\n";
  results.identity = "data.set = \"mnist\"\n";
  results.hash = "cafe";
  results.seed = 0xFFFFFFFFFFFFFFFFULL;
  results.classes = 10;
  results.status = RunStatus::interrupted;
  Shape shape;
  shape.axes = std::move(axes);
  shape.replicas = 2;
  shape.trials = 3;
  results.table = Table(shape);
  Table& table = results.table;
  for (std::size_t cell = 0; cell < shape.cells(); ++cell) {
    if (cell % 5 == 4) continue;  // not run
    table.state[cell] = cell % 5 == 3 ? CellState::failed : CellState::done;
    table.seconds[cell] = 0.5 + static_cast<double>(cell);
    if (table.state[cell] == CellState::done)
      for (std::size_t m = 0; m < kMetrics; ++m) table.metrics[m][cell] = 0.1 * static_cast<double>(m + 1) + cell / 7.0;
  }
  for (std::size_t i = 1; i < table.clean_accuracy.size(); ++i) table.clean_accuracy[i] = 1.0 / static_cast<double>(i);
  results.models = {{"0a", "replica = 0\n", "plain", "0a.model.h5", 0, 7, 0.5, 0.25, 0.125, false},
                    {"1b", "replica = 1\n", "noise-injection", "1b.model.h5", 1, 0, NAN, NAN, NAN, true}};
  results.runs = {{{"hosts", "one two"}, {"started", "then"}}, {{"started", "now"}}};
  return results;
}

/// Bit for bit, so that NaN equals NaN.
void expect_same_numbers(const std::vector<double>& read, const std::vector<double>& written, const char* what) {
  ASSERT_EQ(read.size(), written.size()) << what;
  for (std::size_t i = 0; i < read.size(); ++i)
    EXPECT_EQ(std::bit_cast<std::uint64_t>(read[i]), std::bit_cast<std::uint64_t>(written[i])) << what << " " << i;
}

void expect_round_trip(const Results& written) {
  const Scratch folder;
  save_results(folder / "R.h5", written);
  EXPECT_THAT(folder.names(), ElementsAre("R.h5"));
  EXPECT_EQ(kind_of_file(folder / "R.h5"), FileKind::ours);
  const Results read = load_results(folder / "R.h5");
  EXPECT_EQ(read.name, written.name);
  EXPECT_EQ(read.toml, written.toml);
  EXPECT_EQ(read.identity, written.identity);
  EXPECT_EQ(read.hash, written.hash);
  EXPECT_EQ(read.seed, written.seed);
  EXPECT_EQ(read.classes, written.classes);
  EXPECT_EQ(read.status, written.status);
  EXPECT_EQ(read.runs, written.runs);

  const Shape& shape = read.table.shape;
  ASSERT_EQ(shape.axes.size(), written.table.shape.axes.size());
  for (std::size_t i = 0; i < shape.axes.size(); ++i) {
    EXPECT_EQ(shape.axes[i].key, written.table.shape.axes[i].key);
    EXPECT_EQ(shape.axes[i].values, written.table.shape.axes[i].values);
  }
  EXPECT_EQ(shape.replicas, written.table.shape.replicas);
  EXPECT_EQ(shape.trials, written.table.shape.trials);
  for (std::size_t m = 0; m < kMetrics; ++m)
    expect_same_numbers(read.table.metrics[m], written.table.metrics[m], kMetricNames[m]);
  expect_same_numbers(read.table.seconds, written.table.seconds, "seconds");
  expect_same_numbers(read.table.clean_accuracy, written.table.clean_accuracy, "clean accuracy");
  EXPECT_EQ(read.table.state, written.table.state);

  ASSERT_EQ(read.models.size(), written.models.size());
  for (std::size_t i = 0; i < read.models.size(); ++i) {
    EXPECT_EQ(read.models[i].id, written.models[i].id);
    EXPECT_EQ(read.models[i].identity, written.models[i].identity);
    EXPECT_EQ(read.models[i].method, written.models[i].method);
    EXPECT_EQ(read.models[i].file, written.models[i].file);
    EXPECT_EQ(read.models[i].replica, written.models[i].replica);
    EXPECT_EQ(read.models[i].epoch, written.models[i].epoch);
    EXPECT_EQ(read.models[i].diverged, written.models[i].diverged);
    expect_same_numbers(
        {read.models[i].training_loss, read.models[i].validation_accuracy, read.models[i].clean_accuracy},
        {written.models[i].training_loss, written.models[i].validation_accuracy, written.models[i].clean_accuracy},
        "model");
  }
}

const Axis kSigma{"hardware.variation.sigma", {0.0, 0.15, 0.3}};
const Axis kMethod{"training.method", {"plain", "noise-injection"}};
const Axis kEpochs{"training.epochs", {std::int64_t{1}, std::int64_t{9007199254740993}}};

TEST(ResultsFile, ReadsBackEveryKindOfAxis) {
  expect_round_trip(some_results({kSigma}));
  expect_round_trip(some_results({kMethod}));
  expect_round_trip(some_results({kEpochs}));
  expect_round_trip(some_results({kMethod, kSigma, kEpochs}));
}

TEST(ResultsFile, ReadsBackResultsWithoutAxesModelsOrRuns) {
  Results results = some_results({});
  expect_round_trip(results);
  results.models.clear();
  results.runs.clear();
  results.name.clear();
  expect_round_trip(results);
}

TEST(ResultsFile, ReplacesTheOldFileWhole) {
  const Scratch folder;
  save_results(folder / "R.h5", some_results({kMethod, kSigma, kEpochs}));
  save_results(folder / "R.h5", some_results({}));
  EXPECT_TRUE(load_results(folder / "R.h5").table.shape.axes.empty());
  EXPECT_THAT(folder.names(), ElementsAre("R.h5"));
}

TEST(ResultsFile, SummariesAreWrittenWithTheAxesAsScales) {
  const Scratch folder;
  Results results = some_results({kSigma});
  results.summaries = {{"accuracy", "trainings", {{"mean", {1, 2, 3}}}, {{"mean", {1, 2, 3, 4, 5, 6}}}}};
  save_results(folder / "R.h5", results);
  const std::vector<std::byte> bytes = read_whole(folder / "R.h5");
  const std::scoped_lock lock(h5::library_mutex());
  const h5::Handle file = h5::open_image(bytes);
  const h5::Handle group = h5::open_group(file, "summary/accuracy");
  EXPECT_EQ(h5::read_text(group, "interval_over"), "trainings");
  EXPECT_THAT(h5::shape_of(h5::open_dataset(group, "mean")), ElementsAre(3U));
  EXPECT_THAT(h5::shape_of(h5::open_dataset(file, "summary_replica/accuracy/mean")), ElementsAre(3U, 2U));
  EXPECT_THAT(h5::shape_of(h5::open_dataset(file, "hardware.variation.sigma")), ElementsAre(3U));
}

/// Neither read nor replaced, and the message names the file.
void expect_refused(const fs::path& path) {
  EXPECT_EQ(kind_of_file(path), FileKind::foreign) << path;
  EXPECT_THAT(error_of([&] { (void)load_results(path); }), HasSubstr(path.string()));
}

TEST(ResultsFile, FilesThatAreNotOursAreRefused) {
  const Scratch folder;
  EXPECT_EQ(kind_of_file(folder / "missing"), FileKind::absent);
  EXPECT_THAT(error_of([&] { (void)load_results(folder / "missing"); }), HasSubstr("missing"));

  write_text(folder / "empty", "");
  write_text(folder / "text", "accuracy,0.5\n");
  std::string garbage = "\x89HDF\r\n\x1a\n";
  for (int i = 0; i < 5000; ++i) garbage += static_cast<char>(i * 37 + i / 11);
  write_text(folder / "garbage", garbage);
  for (const char* name : {"empty", "text", "garbage"}) expect_refused(folder / name);
  expect_refused(folder.path());
  expect_refused("/dev/null");

  fs::create_symlink(folder / "nowhere", folder / "dangling");
  EXPECT_EQ(kind_of_file(folder / "dangling"), FileKind::foreign);
}

TEST(ResultsFile, PipeIsRefusedWithoutWaitingForItsWriter) {
  const Scratch folder;
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  expect_refused(folder / "pipe");
}

TEST(ResultsFile, OtherHdf5FilesAreRefused) {
  const Scratch folder;
  const std::scoped_lock lock(h5::library_mutex());
  for (const char* format : {"", "ohmcarlo model"}) {
    const h5::Handle file = h5::create_in_memory();
    if (*format != '\0') h5::write_attribute(file, "format", std::string(format));
    write_whole(folder / "other.h5", h5::image(file));
    expect_refused(folder / "other.h5");
  }
  const h5::Handle file = h5::create_in_memory();
  h5::write_attribute(file, "format", 1.0);  // not even a text
  write_whole(folder / "other.h5", h5::image(file));
  expect_refused(folder / "other.h5");
}

TEST(ResultsFile, AnotherSchemaIsRefused) {
  const Scratch folder;
  const std::scoped_lock lock(h5::library_mutex());
  const h5::Handle file = h5::create_in_memory();
  h5::write_attribute(file, "format", std::string("ohmcarlo results"));
  h5::write_attribute(file, "schema_version", std::string("2.0"));
  write_whole(folder / "R.h5", h5::image(file));
  EXPECT_THAT(error_of([&] { (void)load_results(folder / "R.h5"); }), HasSubstr("schema 2.0"));
}

TEST(ResultsFile, TruncatedFilesAreRefused) {
  const Scratch folder;
  save_results(folder / "R.h5", some_results({kMethod, kSigma}));
  const std::string whole = read_text(folder / "R.h5");
  for (const std::size_t size :
       {std::size_t{1}, std::size_t{96}, std::size_t{4096}, whole.size() / 2, whole.size() - 1}) {
    write_text(folder / "T.h5", whole.substr(0, size));
    EXPECT_THAT(error_of([&] { (void)load_results(folder / "T.h5"); }), HasSubstr("T.h5"));
    EXPECT_EQ(kind_of_file(folder / "T.h5"), FileKind::foreign) << size;
  }
}

TEST(ResultsFile, UnwritablePlaceIsAnError) {
  const Scratch folder;
  EXPECT_THAT(error_of([&] { save_results(folder / "missing/R.h5", some_results({})); }), HasSubstr("missing/R.h5"));
}

}  // namespace
}  // namespace ohmcarlo::test
