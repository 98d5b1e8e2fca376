#include "storage/settings_group.hpp"

#include <gmock/gmock.h>

#include "scratch.hpp"
#include "storage/results_file.hpp"
#include "storage/whole_file.hpp"

namespace ohmcarlo::test {
namespace settings_group_test {

using ::testing::ElementsAre;

const SettingValue kUnread;

Results results_with(std::vector<ResolvedSetting> settings) {
  Shape shape;
  shape.axes = {{"training.method", {"plain", "ovf"}}, {"hardware.variation.sigma", {0.0, 0.1, 0.2}}};
  Results results;
  results.table = Table(shape);
  results.settings = std::move(settings);
  return results;
}

std::vector<ResolvedSetting> read_back(const std::vector<ResolvedSetting>& settings) {
  const Scratch folder;
  save_results(folder / "R.h5", results_with(settings));
  return load_results(folder / "R.h5").settings;
}

TEST(SettingsGroup, SharedSettingsKeepTheirTypes) {
  const std::vector<ResolvedSetting> settings = {{"a", {}, {true}},
                                                 {"b", {}, {false}},
                                                 {"c", {}, {std::int64_t{9007199254740993}}},
                                                 {"d", {}, {1e-300}},
                                                 {"e", {}, {"[\"x\", \"y\"]"}},
                                                 {"f", {}, {"word"}}};
  EXPECT_EQ(read_back(settings), settings);
}

TEST(SettingsGroup, DifferingSettingsStandOverTheirOwnAxes) {
  const std::vector<ResolvedSetting> settings = {
      {"a", {0}, {std::int64_t{1}, std::int64_t{9007199254740993}}},
      {"b", {1}, {0.25, kUnread, 0.5}},
      {"c", {0, 1}, {"x", "y", kUnread, "z", "x", "x"}},
  };
  EXPECT_EQ(read_back(settings), settings);
}

TEST(SettingsGroup, MixedValuesBecomeNumbersOrTexts) {
  const std::vector<ResolvedSetting> settings = {
      {"a", {0}, {std::int64_t{3}, kUnread}},
      {"b", {0}, {true, kUnread}},
      {"c", {1}, {"analog", std::int64_t{2}, 0.5}},
  };
  const std::vector<ResolvedSetting> expected = {
      {"a", {0}, {3.0, kUnread}}, {"b", {0}, {"true", kUnread}}, {"c", {1}, {"analog", "2", "0.5"}}};
  EXPECT_EQ(read_back(settings), expected);
}

TEST(SettingsGroup, IsLaidOutForOtherReaders) {
  const Scratch folder;
  save_results(folder / "R.h5", results_with({{"training.epochs", {}, {std::int64_t{3}}},
                                              {"training.flip", {}, {true}},
                                              {"training.noise_sigma", {1}, {0.0, 0.1, 0.2}}}));
  const std::vector<std::byte> bytes = read_whole(folder / "R.h5");
  const std::scoped_lock lock(h5::library_mutex());
  const h5::Handle file = h5::open_image(bytes);
  const h5::Handle group = h5::open_group(file, "settings");
  EXPECT_EQ(h5::read_integer(group, "training.epochs"), 3);
  EXPECT_EQ(h5::attribute_class(group, "training.flip"), H5T_ENUM);
  const h5::Handle differing = h5::open_dataset(group, "training.noise_sigma");
  EXPECT_THAT(h5::shape_of(differing), ElementsAre(3U));
  EXPECT_EQ(h5::scale_of(differing, 0), "hardware.variation.sigma");
}

TEST(SettingsGroup, AFileOfBeforeHasNone) {
  const std::scoped_lock lock(h5::library_mutex());
  const h5::Handle file = h5::create_in_memory();
  EXPECT_TRUE(h5::read_settings(file, Shape()).empty());
}

TEST(SettingsGroup, ADatasetOverNoAxisIsRefused) {
  const std::scoped_lock lock(h5::library_mutex());
  const h5::Handle file = h5::create_in_memory();
  const h5::Handle group = h5::create_group(file, "settings");
  const std::vector<double> values(3);
  h5::write_dataset(group, "odd", H5T_NATIVE_DOUBLE, std::vector<std::size_t>{3}, values.data());
  EXPECT_THROW((void)h5::read_settings(file, Shape()), std::runtime_error);
}

}  // namespace settings_group_test
}  // namespace ohmcarlo::test
