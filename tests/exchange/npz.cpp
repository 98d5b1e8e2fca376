#include "exchange/npz.hpp"

#include <limits>

#include <gmock/gmock.h>

#include "exchange/file_bytes.hpp"
#include "exchange/npz_files.hpp"

namespace ohmcarlo::test {
namespace npz_test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Members = std::vector<std::pair<std::string, std::string>>;

std::vector<NamedArray> npz_arrays(const Members& members) {
  const Scratch folder;
  return read_npz("w.npz", file_bytes(write_zip(folder / "w.npz", members)));
}

std::string npz_refusal(const Members& members) {
  return error_of([&] { (void)npz_arrays(members); }, typeid(BadData));
}

/// numpy.save of float32 [[1, 2]] with format 2.0 or 3.0, whose headers have lengths of four bytes.
std::string later_npy(char version) {
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }";
  header += std::string(128 - 12 - header.size() - 1, ' ') + "\n";
  std::string bytes("\x93NUMPY", 6);
  bytes += version;
  bytes += '\0';
  bytes += static_cast<char>(header.size());
  bytes += std::string(3, '\0');
  const float values[] = {1, 2};
  return bytes + header + std::string(reinterpret_cast<const char*>(values), sizeof values);
}

TEST(Npz, ArraysKeepTheirOrderNamesAndShapes) {
  const std::vector<NamedArray> arrays = npz_arrays({{"z.npy", npy<float>("<f4", {2, 2}, {1, 2, 3, 4})},
                                                     {"a.b.npy", npy<double>("<f8", {3}, {0.5, -0.25, 1e300})},
                                                     {"scalar.npy", npy<float>("<f4", {}, {7})},
                                                     {"none.npy", npy<float>("<f4", {2, 0}, {})}});
  ASSERT_EQ(arrays.size(), 4U);
  EXPECT_EQ(arrays[0].name, "z");
  EXPECT_THAT(arrays[0].values, ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(arrays[1].name, "a.b");
  EXPECT_THAT(arrays[1].values, ElementsAre(0.5F, -0.25F, std::numeric_limits<float>::infinity()));
  EXPECT_TRUE(arrays[2].shape.empty());
  EXPECT_THAT(arrays[2].values, ElementsAre(7));
  EXPECT_THAT(arrays[3].shape, ElementsAre(2U, 0U));
  EXPECT_TRUE(arrays[3].values.empty());
}

// Element (i, j, k) is 100 i + 10 j + k; in the order of Fortran i runs fastest.
TEST(Npz, TheOrderOfFortranIsTurnedInThreeDimensions) {
  std::vector<float> in_file, expected;
  for (int k = 0; k < 4; ++k)
    for (int j = 0; j < 3; ++j)
      for (int i = 0; i < 2; ++i) in_file.push_back(static_cast<float>(100 * i + 10 * j + k));
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 3; ++j)
      for (int k = 0; k < 4; ++k) expected.push_back(static_cast<float>(100 * i + 10 * j + k));
  EXPECT_EQ(npz_arrays({{"a.npy", npy<float>("<f4", {2, 3, 4}, in_file, "True")}}).at(0).values, expected);
}

// 1.5 is 3fc00000, of 64 bits 3ff80000 00000000, of 16 bits 3e00.
TEST(Npz, NumbersMayHaveTheirFirstByteFirstAndSixteenBits) {
  EXPECT_THAT(npz_arrays({{"a.npy", npy<std::uint32_t>(">f4", {1}, {0x0000c03f})}}).at(0).values, ElementsAre(1.5F));
  EXPECT_THAT(npz_arrays({{"a.npy", npy<std::uint64_t>(">f8", {1}, {0x0000f83f})}}).at(0).values, ElementsAre(1.5F));
  EXPECT_THAT(npz_arrays({{"a.npy", npy<std::uint16_t>("<f2", {2}, {0x3e00, 0xbc00})}}).at(0).values,
              ElementsAre(1.5F, -1.0F));
  EXPECT_THAT(npz_arrays({{"a.npy", npy<std::uint16_t>(">f2", {1}, {0x003e})}}).at(0).values, ElementsAre(1.5F));
  EXPECT_THAT(npz_arrays({{"n.num_batches_tracked.npy", npy<std::int64_t>("<i8", {}, {7})}}).at(0).values,
              ElementsAre(7));
}

TEST(Npz, LaterFormatsAreRead) {
  for (const char version : {'\2', '\3'}) {
    const std::vector<NamedArray> arrays = npz_arrays({{"a.npy", later_npy(version)}});
    EXPECT_THAT(arrays.at(0).shape, ElementsAre(1U, 2U));
    EXPECT_THAT(arrays.at(0).values, ElementsAre(1, 2));
  }
  EXPECT_THAT(npz_refusal({{"a.npy", later_npy('\4')}}), HasSubstr("version 4 (allowed: 1 to 3)"));
}

TEST(Npz, MembersThatAreNoArraysAreNamed) {
  const std::string good = npy<float>("<f4", {2}, {1, 2});
  EXPECT_EQ(npz_refusal({{"readme.txt", "x"}}), "w.npz: it holds 'readme.txt', which is no array (.npy)");
  EXPECT_THAT(npz_refusal({{"a.npy", "nothing of numpy"}}), HasSubstr("w.npz: array 'a': it is no array of numpy"));
  EXPECT_THAT(npz_refusal({{"a.npy", good + "x"}}), HasSubstr("goes on after its array"));
  EXPECT_THAT(npz_refusal({{"a.npy", good.substr(0, good.size() - 1)}}), HasSubstr("ends early"));
  EXPECT_THAT(npz_refusal({{"a.npy", npy<std::int32_t>("<i4", {1}, {1})}}),
              HasSubstr("'<i4' (allowed: '<f2', '<f4', '<f8')"));
  EXPECT_THAT(npz_refusal({{"a.npy", npy<std::int64_t>("<i8", {1}, {1})}}), HasSubstr("'<i8'"));
}

TEST(Npz, PromisesOfAHeaderTakeNoMemory) {
  EXPECT_THAT(npz_refusal({{"a.npy", npy<float>("<f4", {1U << 16, 1U << 15}, {1})}}), HasSubstr("ends early"));
  EXPECT_THAT(npz_refusal({{"a.npy", npy<float>("<f4", {1U << 16, 1U << 16}, {1})}}), HasSubstr("more than"));
  EXPECT_THAT(npz_refusal({{"a.npy", npy<float>("<f4", {std::size_t{1} << 63}, {1})}}), HasSubstr("no shape"));
}

TEST(Npz, WhatIsNoArchiveIsRefused) {
  const std::string text = "PK\3\4 and no more";
  EXPECT_THAT(error_of([&] { (void)read_npz("w.npz", std::as_bytes(std::span(text))); }, typeid(BadData)),
              HasSubstr("w.npz: cannot be read as an .npz archive"));
}

}  // namespace npz_test
}  // namespace ohmcarlo::test
