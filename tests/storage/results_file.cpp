#include "storage/results_file.hpp"

#include <bit>
#include <cmath>

#include <gmock/gmock.h>
#include <hdf5_hl.h>
#include <sys/stat.h>

#include "scratch.hpp"
#include "storage/checksum.hpp"
#include "storage/hdf5.hpp"
#include "storage/some_results.hpp"
#include "storage/whole_file.hpp"

namespace ohmcarlo::test {
namespace results_file_test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

/// Bit for bit, so that NaN equals NaN.
void expect_same_numbers(const std::vector<double>& read, const std::vector<double>& written, const std::string& what) {
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
  ASSERT_EQ(read.table.metrics.size(), written.table.metrics.size());
  for (std::size_t m = 0; m < written.table.metrics.size(); ++m) {
    const Metric& metric = read.table.metrics[m];
    EXPECT_EQ(metric.name, written.table.metrics[m].name);
    EXPECT_EQ(metric.units, written.table.metrics[m].units);
    EXPECT_EQ(metric.meaning, written.table.metrics[m].meaning);
    EXPECT_EQ(metric.dimensions, written.table.metrics[m].dimensions);
    EXPECT_EQ(metric.pooled_over, written.table.metrics[m].pooled_over);
    EXPECT_EQ(metric.of_training, written.table.metrics[m].of_training);
    expect_same_numbers(read.table.values[m], written.table.values[m], metric.name);
  }
  expect_same_numbers(read.table.seconds, written.table.seconds, "seconds");
  expect_same_numbers(read.table.clean_accuracy, written.table.clean_accuracy, "clean accuracy");
  expect_same_numbers(read.table.clean_loss, written.table.clean_loss, "clean loss");
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
    expect_same_numbers({read.models[i].training_loss, read.models[i].validation_accuracy,
                         read.models[i].clean_accuracy, read.models[i].clean_loss},
                        {written.models[i].training_loss, written.models[i].validation_accuracy,
                         written.models[i].clean_accuracy, written.models[i].clean_loss},
                        "model");
  }
}

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

TEST(ResultsFile, ReadsBackMetricsWithADimensionOfTheirOwn) {
  expect_round_trip(some_results({kMethod, kSigma}, kLayered));
  expect_round_trip(some_results({}, kLayered));
  std::vector<Metric> one = standard_metrics();
  one.push_back({"sigma", "1", "", {{"layer", 1}}});  // one layer is a dimension all the same
  expect_round_trip(some_results({kSigma}, one));
}

TEST(ResultsFile, MetricsSayHowTheyAreAveraged) {
  const Scratch folder;
  save_results(folder / "R.h5", some_results({kSigma}, kLayered));
  const std::vector<std::byte> bytes = read_whole(folder / "R.h5");
  const std::scoped_lock lock(h5::library_mutex());
  const h5::Handle file = h5::open_image(bytes);
  EXPECT_EQ(h5::read_text(h5::open_dataset(file, "results/ekl"), "pooled_over"), "correct");
  EXPECT_EQ(h5::read_text(h5::open_dataset(file, "results/energy"), "pooled_over"), "reads");
  EXPECT_EQ(h5::read_text(h5::open_dataset(file, "results/kurtosis"), "constant_over"), "trial");
  for (const char* other : {"accuracy", "loss", "correct", "faults", "recall", "sigma", "confusion"}) {
    const h5::Handle dataset = h5::open_dataset(file, std::string("results/") + other);
    EXPECT_FALSE(h5::has_attribute(dataset, "pooled_over")) << other;
    EXPECT_FALSE(h5::has_attribute(dataset, "constant_over")) << other;
  }
}

TEST(ResultsFile, DimensionsOfMetricsAreScalesLinkedAtTheRoot) {
  const Scratch folder;
  Results results = some_results({kSigma}, kLayered);
  results.summaries = {
      {"sigma", {{"layer", 4}}, "chips", {{"mean", std::vector<double>(12)}}, {{"sd", std::vector<double>(24)}}}};
  save_results(folder / "R.h5", results);
  const std::vector<std::byte> bytes = read_whole(folder / "R.h5");
  const std::scoped_lock lock(h5::library_mutex());
  const h5::Handle file = h5::open_image(bytes);
  const h5::Handle faults = h5::open_dataset(file, "results/faults");
  EXPECT_THAT(h5::shape_of(faults), ElementsAre(3U, 2U, 3U, 4U));
  EXPECT_EQ(h5::scale_of(faults, 0), "hardware.variation.sigma");
  EXPECT_EQ(h5::scale_of(faults, 2), "trial");
  EXPECT_EQ(h5::scale_of(faults, 3), "layer");
  EXPECT_EQ(h5::scale_of(h5::open_dataset(file, "results/recall"), 3), "class");
  const h5::Handle confusion = h5::open_dataset(file, "results/confusion");
  EXPECT_THAT(h5::shape_of(confusion), ElementsAre(3U, 2U, 3U, 10U, 3U));
  EXPECT_EQ(h5::scale_of(confusion, 3), "class");
  EXPECT_EQ(h5::scale_of(confusion, 4), "answer");
  std::vector<std::int64_t> answers(3);
  h5::read_dataset(h5::open_dataset(file, "answer"), H5T_NATIVE_INT64, answers);
  EXPECT_THAT(answers, ElementsAre(0, 1, 2)) << "classes go by their labels";
  for (const char* path : {"layer", "results/layer"}) {
    std::vector<std::int64_t> numbers(4);
    h5::read_dataset(h5::open_dataset(file, path), H5T_NATIVE_INT64, numbers);
    EXPECT_THAT(numbers, ElementsAre(1, 2, 3, 4)) << path;
  }
  EXPECT_THAT(h5::shape_of(h5::open_dataset(file, "summary/sigma/mean")), ElementsAre(3U, 4U));
  const h5::Handle replicas = h5::open_dataset(file, "summary_replica/sigma/sd");
  EXPECT_THAT(h5::shape_of(replicas), ElementsAre(3U, 2U, 4U));
  EXPECT_EQ(h5::scale_of(replicas, 1), "replica");
  EXPECT_EQ(h5::scale_of(replicas, 2), "layer");
}

TEST(ResultsFile, FilesWithScalarsOnlyHaveNoOtherDimension) {
  const Scratch folder;
  save_results(folder / "R.h5", some_results({kSigma}));
  const std::vector<std::byte> bytes = read_whole(folder / "R.h5");
  const std::scoped_lock lock(h5::library_mutex());
  const h5::Handle file = h5::open_image(bytes);
  EXPECT_THAT(h5::children(h5::open_group(file, "results")),
              ElementsAre("accuracy", "clean_accuracy", "clean_loss", "correct", "ekl", "hardware.variation.sigma",
                          "loss", "replica", "state", "trial"));
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
  results.summaries = {{"accuracy", {}, "trainings", {{"mean", {1, 2, 3}}}, {{"mean", {1, 2, 3, 4, 5, 6}}}}};
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
  save_results(folder / "R.h5", some_results({kMethod, kSigma}, kLayered));
  const std::string whole = read_text(folder / "R.h5");
  for (const std::size_t size :
       {std::size_t{1}, std::size_t{96}, std::size_t{4096}, whole.size() / 2, whole.size() - 1}) {
    write_text(folder / "T.h5", whole.substr(0, size));
    const std::string said = error_of([&] { (void)load_results(folder / "T.h5"); });
    EXPECT_THAT(said, HasSubstr("T.h5"));
    if (size > 48 && size < whole.size() - kChecksumSize) {  // its length is in the first 48 bytes
      EXPECT_THAT(said, HasSubstr("T.h5: is cut short: the first " + std::to_string(size) + " of "));
    }
    const bool cut_in_checksum = size > whole.size() - kChecksumSize;
    EXPECT_EQ(kind_of_file(folder / "T.h5"), cut_in_checksum ? FileKind::damaged : FileKind::foreign) << size;
  }
}

/// The file with its results changed by `change`, which gets the open group.
template <class Change>
void write_changed(const fs::path& path, Change&& change) {
  save_results(path, some_results({kSigma}, kLayered));
  const std::vector<std::byte> bytes = read_whole(path);
  const std::scoped_lock lock(h5::library_mutex());
  const h5::Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "access");
  h5::check(H5Pset_fapl_core(access, 1 << 20, 0), "access");
  h5::check(H5Pset_file_image(access, const_cast<std::byte*>(bytes.data()), bytes.size()), "image");
  const h5::Handle file(H5Fopen("changed", H5F_ACC_RDWR, access), H5Fclose, "file");
  change(h5::open_group(file, "results"));
  write_whole(path, h5::image(file));
}

TEST(ResultsFile, DatasetsThatDoNotFitTheAxesAreRefused) {
  const Scratch folder;
  const auto add = [](hid_t group, const char* name, std::vector<std::size_t> shape) {
    const std::vector<double> values(1000);
    const h5::Handle dataset = h5::write_dataset(group, name, H5T_NATIVE_DOUBLE, shape, values.data());
    h5::write_attribute(dataset, "units", std::string("1"));
    h5::write_attribute(dataset, "long_name", std::string("added"));
  };
  const auto attach = [](hid_t group, const char* name, unsigned dimension) {
    h5::check(H5DSattach_scale(h5::open_dataset(group, name), h5::open_dataset(group, "layer"), dimension), "attach");
  };
  const auto refusal = [&](const auto& change) {
    write_changed(folder / "R.h5", change);
    return error_of([&] { (void)load_results(folder / "R.h5"); });
  };
  write_changed(folder / "R.h5", [&](hid_t group) { add(group, "good", {3, 2, 3}); });
  EXPECT_EQ(load_results(folder / "R.h5").table.metrics.size(), kLayered.size() + 1);

  EXPECT_THAT(refusal([&](hid_t group) { add(group, "odd", {3, 2}); }), HasSubstr("odd has another shape"));
  EXPECT_THAT(refusal([&](hid_t group) { add(group, "odd", {3, 2, 4}); }), HasSubstr("odd has another shape"));
  EXPECT_THAT(refusal([&](hid_t group) { add(group, "odd", {3, 2, 3, 4, 1}); }), HasSubstr("no scale"));
  EXPECT_THAT(refusal([&](hid_t group) { add(group, "odd", {3, 2, 3, 4}); }), HasSubstr("no scale"));
  EXPECT_THAT(refusal([&](hid_t group) {
                add(group, "odd", {3, 2, 3, 5});
                attach(group, "odd", 3);
              }),
              HasSubstr("odd has another size than its dimension layer"));
  EXPECT_THAT(refusal([&](hid_t group) {
                h5::write_dataset(group, "odd", H5T_NATIVE_DOUBLE, std::vector<std::size_t>{3, 2, 3},
                                  std::vector<double>(18).data());
              }),
              HasSubstr("units"));
  EXPECT_THAT(refusal([&](hid_t group) {
                add(group, "odd", {3, 2, 3, 4});
                attach(group, "odd", 3);
                h5::check(H5Ldelete(group, "layer", H5P_DEFAULT), "delete");
              }),
              HasSubstr("layer"));
}

TEST(ResultsFile, UnwritablePlaceIsAnError) {
  const Scratch folder;
  EXPECT_THAT(error_of([&] { save_results(folder / "missing/R.h5", some_results({})); }), HasSubstr("missing/R.h5"));
}

}  // namespace results_file_test
}  // namespace ohmcarlo::test
