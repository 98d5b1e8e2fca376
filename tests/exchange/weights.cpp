#include "exchange/weights.hpp"

#include <limits>

#include <gmock/gmock.h>

#include "exchange/npz_files.hpp"
#include "storage/model_store.hpp"

namespace ohmcarlo::test {
namespace weights_test {

using ::testing::HasSubstr;

const std::vector<float> kValues{1, 2, 3, 4, 5, 6};

std::string refused(const fs::path& path) {
  return error_of([&] { (void)read_weights(path); }, typeid(BadData));
}

/// What is said of an archive with this one member.
std::string refused_member(const std::string& bytes, const std::string& name = "a.npy") {
  const Scratch folder;
  return refused(write_zip(folder / "w.npz", {{name, bytes}}));
}

TEST(Weights, ArraysOfAnArchiveAreReadStoredOrDeflated) {
  const Scratch folder;
  for (const bool stored : {true, false}) {
    const WeightsFile read = read_weights(write_zip(
        folder / "w.npz", {{"a.b.npy", npy<float>("<f4", {2, 3}, kValues)}, {"c.npy", npy<double>("<f8", {1}, {0.5})}},
        stored));
    ASSERT_EQ(read.arrays.size(), 2U);
    EXPECT_EQ(read.arrays[0].name, "a.b");
    EXPECT_EQ(read.arrays[0].shape, (std::vector<std::size_t>{2, 3}));
    EXPECT_EQ(read.arrays[0].values, kValues);
    EXPECT_EQ(read.arrays[1].values, std::vector<float>{0.5F});
    EXPECT_EQ(read.content.size(), 64U);
  }
}

TEST(Weights, ArraysInTheOrderOfFortranAreTurned) {
  const Scratch folder;
  const std::vector<float> columns{1, 4, 2, 5, 3, 6};
  const WeightsFile read =
      read_weights(write_zip(folder / "w.npz", {{"a.npy", npy<float>("<f4", {2, 3}, columns, "True")}}));
  EXPECT_EQ(read.arrays[0].values, kValues);
}

TEST(Weights, AModelOfTheStoreIsRead) {
  const Scratch folder;
  const ModelStore store(folder.path());
  StoredModel model;
  model.record.id = "m";
  model.arrays = {{"dense1.weights", {2, 3}, kValues}};
  store.save(model);
  const WeightsFile read = read_weights(store.path("m"));
  EXPECT_EQ(read.arrays.at(0).name, "dense1.weights");
  EXPECT_EQ(read.arrays.at(0).values, kValues);
  std::string cut = read_text(store.path("m"));
  cut.resize(cut.size() - 100);
  write_text(folder / "cut.model.h5", cut);
  EXPECT_THAT(refused(folder / "cut.model.h5"), HasSubstr("damaged"));
}

TEST(Weights, WhatIsNoArrayIsRefused) {
  EXPECT_THAT(refused_member("text", "readme.txt"), HasSubstr("it holds 'readme.txt', which is no array"));
  EXPECT_THAT(refused_member("text that is no array"), HasSubstr("array 'a': it is no array of numpy"));
  EXPECT_THAT(refused_member(npy<std::int64_t>("<i8", {2}, {1, 2})), HasSubstr("its type is '<i8'"));
  EXPECT_THAT(refused_member(npy<float>("|f4", {1}, {1})), HasSubstr("its type is '|f4'"));
  EXPECT_THAT(refused_member(npy<float>("<f4", {2, 4}, kValues)), HasSubstr("array 'a': it ends early"));
  EXPECT_THAT(refused_member(npy<float>("<f4", {2, 2}, kValues)), HasSubstr("array 'a': it goes on after its array"));
  EXPECT_THAT(refused_member(npy<float>("<f4", {100000, 100000}, kValues)), HasSubstr("more than"));
  EXPECT_THAT(refused_member(npy<float>("<f4", {2147483648}, kValues)), HasSubstr("it ends early"));
  EXPECT_THAT(refused_member(npy<float>("<f4", {6}, kValues, "Maybe")), HasSubstr("fortran_order"));
  constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THAT(refused_member(npy<float>("<f4", {2}, {1, kNaN})), HasSubstr("array 'a': element 1 is nan"));
  EXPECT_THAT(refused_member(npy<double>("<f8", {1}, {1e300})), HasSubstr("array 'a': element 0 is inf"));
}

TEST(Weights, FilesOfAnotherKindAreRefused) {
  const Scratch folder;
  EXPECT_THAT(refused(folder / "absent.npz"), HasSubstr("absent.npz"));
  write_text(folder / "text.npz", "text");
  EXPECT_THAT(refused(folder / "text.npz"), HasSubstr("neither an .npz archive nor a model"));
}

TEST(Weights, NoCutOrChangedByteBringsItDown) {
  const Scratch folder;
  const std::string whole = read_text(write_zip(folder / "w.npz", {{"a.npy", npy<float>("<f4", {2, 3}, kValues)}}));
  for (std::size_t length = 0; length < whole.size(); ++length) {
    write_text(folder / "cut.npz", whole.substr(0, length));
    EXPECT_THAT(refused(folder / "cut.npz"), HasSubstr("cut.npz: ")) << length;
  }
  for (std::size_t place = 0; place < whole.size(); ++place) {
    std::string changed = whole;
    changed[place] = static_cast<char>(changed[place] ^ 0x81);
    write_text(folder / "changed.npz", changed);
    try {
      // What may change unnoticed is not the array: times, versions, attributes.
      for (const NamedArray& array : read_weights(folder / "changed.npz").arrays) EXPECT_EQ(array.values, kValues);
    } catch (const Error& error) {
      EXPECT_TRUE(typeid(error) == typeid(BadData));
    }
  }
}

}  // namespace weights_test
}  // namespace ohmcarlo::test
