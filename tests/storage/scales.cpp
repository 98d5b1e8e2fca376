#include "storage/scales.hpp"

#include <gmock/gmock.h>

namespace ohmcarlo::test {
namespace scales_test {

using ::testing::ElementsAre;

const Axis kSigmaAxis{"hardware.variation.sigma", {0.0, 0.1, 0.25}};
const Axis kEpochsAxis{"training.epochs", {std::int64_t{-3}, std::int64_t{9007199254740993}}};  // no double is that
const Axis kMethodAxis{"training.method", {"plain", "a word, with \xc3\xa4"}};

/// A file in memory with the scales of a table under /results.
class ScalesTest : public ::testing::Test {
 protected:
  const std::scoped_lock<std::recursive_mutex> lock{h5::library_mutex()};
  h5::Handle file = h5::create_in_memory();
  h5::Handle group = h5::create_group(file, "results");

  [[nodiscard]] h5::Scales scales_of(std::vector<Axis> axes, const std::vector<Metric>& metrics = standard_metrics()) {
    Shape shape;
    shape.axes = std::move(axes);
    shape.replicas = 2;
    shape.trials = 5;
    return {file, group, Table(shape, metrics)};
  }
  [[nodiscard]] std::vector<std::int64_t> numbers(const std::string& name) const {
    const h5::Handle dataset = h5::open_dataset(file, name);
    std::vector<std::int64_t> read(h5::shape_of(dataset).at(0));
    h5::read_dataset(dataset, H5T_NATIVE_INT64, read);
    return read;
  }
};

TEST_F(ScalesTest, AxesOfEveryTypeAreReadBack) {
  const h5::Scales scales = scales_of({kSigmaAxis, kEpochsAxis, kMethodAxis});
  for (const Axis& axis : {kSigmaAxis, kEpochsAxis, kMethodAxis}) {
    const Axis read = h5::read_axis(group, axis.key);
    EXPECT_EQ(read.key, axis.key);
    EXPECT_EQ(read.values, axis.values) << axis.key;
  }
  EXPECT_EQ(scales.axes(), 3U);
  EXPECT_THAT(scales.sizes(), ElementsAre(3U, 2U, 2U, 2U, 5U));
  EXPECT_THROW((void)h5::read_axis(group, "data.set"), std::runtime_error);
}

// Its first size says how much room is made, and the library would write all of it.
TEST_F(ScalesTest, AnAxisOfTwoDimensionsIsRefused) {
  const std::vector<double> values(6);
  h5::write_dataset(group, "wide", H5T_NATIVE_DOUBLE, std::vector<std::size_t>{2, 3}, values.data());
  h5::write_strings(group, "words", std::vector<std::string>(6), std::vector<std::size_t>{2, 3});
  h5::write_dataset(group, "single", H5T_NATIVE_DOUBLE, {}, values.data());
  for (const char* name : {"wide", "words", "single"})
    EXPECT_THROW((void)h5::read_axis(group, name), std::runtime_error) << name;
}

TEST_F(ScalesTest, ReplicasTrialsAndLabelsCountFrom0AndLayersFrom1) {
  (void)scales_of({}, {{"sigma", "1", "", {{"layer", 3}}}, {"confusion", "1", "", {{"class", 2}, {"answer", 2}}}});
  EXPECT_THAT(numbers("replica"), ElementsAre(0, 1));
  EXPECT_THAT(numbers("trial"), ElementsAre(0, 1, 2, 3, 4));
  EXPECT_THAT(numbers("layer"), ElementsAre(1, 2, 3));
  EXPECT_THAT(numbers("class"), ElementsAre(0, 1));
  EXPECT_THAT(numbers("answer"), ElementsAre(0, 1));
}

TEST_F(ScalesTest, EveryScaleIsFoundAtTheRootAndInItsGroup) {
  (void)scales_of({kMethodAxis}, {{"sigma", "1", "", {{"layer", 3}}}});
  EXPECT_THAT(h5::children(group), ElementsAre("layer", "replica", "training.method", "trial"));
  for (const std::string& name : h5::children(group)) {
    EXPECT_TRUE(h5::is_scale(h5::open_dataset(group, name))) << name;
    EXPECT_TRUE(h5::is_scale(h5::open_dataset(file, name))) << name;
  }
}

TEST_F(ScalesTest, DimensionsOfADatasetGetTheScalesOfTheirNames) {
  const std::vector<Metric> metrics = {{"sigma", "S", "noise", {{"layer", 3}}},
                                       {"confusion", "1", "", {{"class", 2}, {"answer", 4}}}};
  const h5::Scales scales = scales_of({kSigmaAxis, kMethodAxis}, metrics);
  const std::vector<double> values(3 * 2 * 2 * 5 * 8);
  scales.write(group, "cells", H5T_NATIVE_DOUBLE, values.data(), 4, metrics[1].dimensions, "", "");
  const h5::Handle cells = h5::open_dataset(group, "cells");
  EXPECT_THAT(h5::shape_of(cells), ElementsAre(3U, 2U, 2U, 5U, 2U, 4U));
  const std::vector<std::string> names = {kSigmaAxis.key, kMethodAxis.key, "replica", "trial", "class", "answer"};
  for (std::size_t i = 0; i < names.size(); ++i) EXPECT_EQ(h5::scale_of(cells, i), names[i]);

  scales.write(group, "points", H5T_NATIVE_DOUBLE, values.data(), 2, metrics[0].dimensions, "S", "noise");
  const h5::Handle points = h5::open_dataset(group, "points");
  EXPECT_THAT(h5::shape_of(points), ElementsAre(3U, 2U, 3U));
  EXPECT_EQ(h5::scale_of(points, 2), "layer") << "not the replica that cells have there";
  EXPECT_EQ(h5::read_text(points, "units"), "S");
  EXPECT_EQ(h5::read_text(points, "long_name"), "noise");
}

TEST_F(ScalesTest, ASettingTakesTheScalesOfItsOwnAxes) {
  const h5::Scales scales = scales_of({kSigmaAxis, kMethodAxis, kEpochsAxis});
  const std::vector<double> values(6);
  const std::vector<std::size_t> shape = {3, 2};
  const h5::Handle setting = h5::write_dataset(group, "setting", H5T_NATIVE_DOUBLE, shape, values.data());
  scales.attach_axes(setting, {0, 2});
  EXPECT_EQ(h5::scale_of(setting, 0), kSigmaAxis.key);
  EXPECT_EQ(h5::scale_of(setting, 1), kEpochsAxis.key);
}

TEST_F(ScalesTest, ADimensionHasOneLength) {
  EXPECT_THROW((void)scales_of({}, {{"a", "1", "", {{"layer", 3}}}, {"b", "1", "", {{"layer", 4}}}}), std::logic_error);
}

}  // namespace scales_test
}  // namespace ohmcarlo::test
