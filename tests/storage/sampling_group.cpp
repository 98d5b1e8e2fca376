#include "storage/sampling_group.hpp"

#include <functional>

#include <gmock/gmock.h>

#include "scratch.hpp"
#include "storage/results_file.hpp"

namespace ohmcarlo::test {
namespace sampling_group_test {

using ::testing::HasSubstr;

/// Six images of two strata, of 2 and 4, and what three of four pilot chips (one of which failed) have told.
Sampling undecided() {
  return {.stratum = {1, 0, 1, 1, 0, 1},
          .pilot_chips = 4,
          .pilot_sizes = {2, 3},
          .sizes = {},
          .pilot = {{.point = 5, .trial = 1, .sums = {1, 2.5}, .squares = {1, 4.25}},
                    {.point = 2, .trial = 0, .sums = {}, .squares = {}},
                    {.point = 2, .trial = 3, .sums = {0.1, 3}, .squares = {1.0 / 3, 9}}}};
}

Sampling decided() {
  Sampling sampling = undecided();
  sampling.pilot.clear();
  sampling.sizes = {1, 4};
  return sampling;
}

void expect_same(const Sampling& read, const Sampling& written) {
  EXPECT_EQ(read.stratum, written.stratum);
  EXPECT_EQ(read.pilot_chips, written.pilot_chips);
  EXPECT_EQ(read.pilot_sizes, written.pilot_sizes);
  EXPECT_EQ(read.sizes, written.sizes);
  ASSERT_EQ(read.pilot.size(), written.pilot.size());
  for (std::size_t i = 0; i < read.pilot.size(); ++i) {
    EXPECT_EQ(read.pilot[i].point, written.pilot[i].point) << i;
    EXPECT_EQ(read.pilot[i].trial, written.pilot[i].trial) << i;
    EXPECT_EQ(read.pilot[i].sums, written.pilot[i].sums) << i;
    EXPECT_EQ(read.pilot[i].squares, written.pilot[i].squares) << i;
  }
}

class SamplingGroup : public ::testing::Test {
 protected:
  const std::scoped_lock<std::recursive_mutex> lock{h5::library_mutex()};
  h5::Handle file = h5::create_in_memory();

  [[nodiscard]] Sampling read_back(const Sampling& sampling) const {
    h5::write_sampling(file, sampling);
    const std::optional<Sampling> read = h5::read_sampling(file);
    EXPECT_TRUE(read.has_value());
    return read.value_or(Sampling{});
  }
  [[nodiscard]] h5::Handle group() const { return h5::open_group(file, "sampling"); }
  /// Puts a list in the place of one that was written.
  template <class T>
  void replace(const char* name, hid_t type, const std::vector<T>& values, const std::vector<std::size_t>& shape) {
    h5::check(H5Ldelete(group(), name, H5P_DEFAULT), "delete");
    h5::write_dataset(group(), name, type, shape, values.data());
  }
  void replace(const char* name, const std::vector<std::uint32_t>& values) {
    replace(name, H5T_NATIVE_UINT32, values, {values.size()});
  }
  /// What reading says of the damage.
  [[nodiscard]] std::string refused() const {
    try {
      (void)h5::read_sampling(file);
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "nothing was refused";
  }
};

TEST_F(SamplingGroup, IsNotThereWhereChipsSeeAllImages) {
  h5::write_sampling(file, std::nullopt);
  EXPECT_FALSE(h5::exists(file, "sampling"));
  EXPECT_FALSE(h5::read_sampling(file).has_value());
}

TEST_F(SamplingGroup, ADesignThatIsNotDecidedComesBackWithItsPilot) {
  expect_same(read_back(undecided()), undecided());
}

TEST_F(SamplingGroup, ADesignComesBackBeforeItsFirstPilotChip) {
  Sampling sampling = undecided();
  sampling.pilot.clear();
  expect_same(read_back(sampling), sampling);
}

TEST_F(SamplingGroup, ADecidedDesignComesBack) {
  expect_same(read_back(decided()), decided());
}

TEST_F(SamplingGroup, ADesignWithoutAPilotComesBack) {
  Sampling sampling = decided();
  sampling.pilot_chips = 0;
  sampling.pilot_sizes.clear();
  expect_same(read_back(sampling), sampling);
}

// What other readers look for.
TEST_F(SamplingGroup, HasTheLayoutThatIsStated) {
  h5::write_sampling(file, decided());
  EXPECT_EQ(h5::read_unsigned(group(), "n"), 5U);
  EXPECT_EQ(h5::read_unsigned(group(), "pilot_chips"), 4U);
  std::vector<std::uint32_t> sizes(2), strata(6);
  h5::read_dataset(h5::open_dataset(group(), "n_h"), H5T_NATIVE_UINT32, sizes);
  EXPECT_EQ(sizes, (std::vector<std::uint32_t>{1, 4}));
  h5::read_dataset(h5::open_dataset(group(), "pilot_n_h"), H5T_NATIVE_UINT32, sizes);
  EXPECT_EQ(sizes, (std::vector<std::uint32_t>{2, 3}));
  h5::read_dataset(h5::open_dataset(group(), "stratum"), H5T_NATIVE_UINT32, strata);
  EXPECT_EQ(strata, (std::vector<std::uint32_t>{1, 0, 1, 1, 0, 1}));
  EXPECT_FALSE(h5::exists(group(), "pilot_sums")) << "forgotten once it has told";
}

TEST_F(SamplingGroup, SizesThatDoNotFitTheStrataAreRefused) {
  h5::write_sampling(file, decided());
  for (const std::vector<std::uint32_t>& sizes :
       {std::vector<std::uint32_t>{0, 4}, {3, 4}, {1, 5}, {1}, {1, 2, 1}, {}}) {
    replace("n_h", sizes);
    EXPECT_THAT(refused(), HasSubstr("sampling/")) << ::testing::PrintToString(sizes);
  }
  replace("n_h", {2, 4});
  EXPECT_TRUE(h5::read_sampling(file).has_value()) << "all images are a sample, too";
  replace("pilot_n_h", {2, 5});
  EXPECT_THAT(refused(), HasSubstr("sampling/"));
  replace("pilot_n_h", H5T_NATIVE_UINT32, std::vector<std::uint32_t>{2, 3}, {2, 1});
  EXPECT_THAT(refused(), HasSubstr("sampling/pilot_n_h has another size"));
}

TEST_F(SamplingGroup, StrataThatDoNotFitTheSizesAreRefused) {
  h5::write_sampling(file, decided());
  for (const std::vector<std::uint32_t>& strata :
       {std::vector<std::uint32_t>{1, 0, 1, 1, 0, 2}, {1, 0, 1, 1, 0}, {0, 0, 0, 0, 0, 0}, {}}) {
    replace("stratum", strata);
    EXPECT_THAT(refused(), HasSubstr("sampling/")) << ::testing::PrintToString(strata);
  }
}

TEST_F(SamplingGroup, AMissingPartIsRefused) {
  for (const char* name : {"stratum", "pilot_sums"}) {
    h5::write_sampling(file, undecided());
    h5::check(H5Ldelete(group(), name, H5P_DEFAULT), "delete");
    EXPECT_THROW((void)h5::read_sampling(file), std::runtime_error) << name;
    h5::check(H5Ldelete(file, "sampling", H5P_DEFAULT), "delete");
  }
  h5::write_sampling(file, decided());
  h5::check(H5Ldelete(group(), "n_h", H5P_DEFAULT), "delete");
  h5::check(H5Ldelete(group(), "pilot_n_h", H5P_DEFAULT), "delete");
  EXPECT_THAT(refused(), HasSubstr("sampling/n_h"));
}

TEST_F(SamplingGroup, APilotOfAnotherSizeIsRefused) {
  h5::write_sampling(file, undecided());
  replace("pilot_sums", H5T_NATIVE_DOUBLE, std::vector<double>(18), {3, 2, 3});
  EXPECT_THAT(refused(), HasSubstr("sampling/pilot_sums has another size"));
  replace("pilot_sums", H5T_NATIVE_DOUBLE, std::vector<double>(12), {3, 2, 2});
  EXPECT_EQ(h5::read_sampling(file)->pilot.size(), 3U);
  replace("pilot_cells", H5T_NATIVE_UINT64, std::vector<std::uint64_t>(6), {2, 3});
  EXPECT_THAT(refused(), HasSubstr("sampling/pilot_sums has another size"));
  replace("pilot_cells", H5T_NATIVE_UINT64, std::vector<std::uint64_t>(6), {3, 2});
  EXPECT_THAT(refused(), HasSubstr("sampling/pilot_cells has another size"));
}

TEST(ResultsFileWithSamples, KeepsTheirDesign) {
  const Scratch folder;
  Results results;
  results.table = Table(Shape{{}, 1, 2});
  results.sampling = undecided();
  save_results(folder / "R.h5", results);
  const Results read = load_results(folder / "R.h5");
  ASSERT_TRUE(read.sampling.has_value());
  expect_same(*read.sampling, undecided());
  results.sampling.reset();
  save_results(folder / "R.h5", results);
  EXPECT_FALSE(load_results(folder / "R.h5").sampling.has_value());
}

}  // namespace sampling_group_test
}  // namespace ohmcarlo::test
