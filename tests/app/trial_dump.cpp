#include "app/trial_dump.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"

namespace ohmcarlo {
namespace trial_dump_test {

using ::testing::ElementsAre;

std::vector<std::string> paths(const std::vector<FileArray>& arrays) {
  std::vector<std::string> found;
  for (const FileArray& array : arrays) found.push_back(array.path);
  return found;
}

TEST(TrialDump, LiesBesideTheResultsAndIsOfAKnownKind) {
  EXPECT_EQ(dump_path("some/R.h5", "logits"), "some/R.logits.h5");
  EXPECT_EQ(parse_dump("conductances"), DumpKind::conductances);
  EXPECT_THROW((void)parse_dump("currents"), BadUsage);
}

TEST(TrialDump, LogitsHaveLabelsAndNumbers) {
  const std::vector<FileArray> arrays =
      arrays_of(LabelledLogits{.logits = Matrix<float>::Ones(2, 3), .labels = {2, 0}, .images = {5, 7}});
  EXPECT_THAT(paths(arrays), ElementsAre("logits", "label", "image"));
  EXPECT_THAT(arrays[0].shape, ElementsAre(2, 3));
  EXPECT_THAT(std::get<std::vector<std::int32_t>>(arrays[1].values), ElementsAre(2, 0));
  EXPECT_THAT(std::get<std::vector<std::uint32_t>>(arrays[2].values), ElementsAre(5, 7));
}

TEST(TrialDump, CellsAreInTheLayoutOfTheArrays) {
  ArrayOptions options;
  options.format.mapping = Mapping::offset;
  LayerContent layer{.weights = Matrix<float>::Zero(3, 2),
                     .bias = Vector<float>::Zero(3),
                     .tiles = {2, 3, 2, 2},
                     .slices = {{Matrix<float>::Ones(2, 3), Matrix<float>::Ones(2, 2), 0.25}},
                     .signs = {}};
  layer.slices.front().positive(0, 2) = 7;
  const std::vector<FileArray> arrays = arrays_of({layer}, &options);
  EXPECT_THAT(paths(arrays),
              ElementsAre("layer_1/weights", "layer_1/bias", "layer_1/slice_0/positive", "layer_1/slice_0/reference"));
  EXPECT_THAT(arrays[2].shape, ElementsAre(2, 3));
  EXPECT_THAT(std::get<std::vector<float>>(arrays[2].values), ElementsAre(1, 1, 7, 1, 1, 1));
  EXPECT_EQ(std::get<double>(arrays[2].attributes[2].second), 0.25);
  EXPECT_THAT(arrays[3].shape, ElementsAre(2, 2));
  EXPECT_EQ(arrays[2].attributes.back().first, "tile_columns");
  layer.groups = 3;
  EXPECT_EQ(arrays_of({layer}, &options)[2].attributes.back().first, "groups");
  options.format.mapping = Mapping::one_sided;
  EXPECT_EQ(paths(arrays_of({layer}, &options)).back(), "layer_1/slice_0/negative");
  EXPECT_EQ(arrays_of({layer}, nullptr).size(), 2U) << "float weights";
}

}  // namespace trial_dump_test
}  // namespace ohmcarlo
