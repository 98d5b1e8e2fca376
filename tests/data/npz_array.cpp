#include "data/npz_array.hpp"

#include <gmock/gmock.h>

#include "data/npz_files.hpp"

namespace ohmcarlo::test {
namespace npz_array_test {

using ::testing::EndsWith;
using ::testing::HasSubstr;

class NpzArrays : public ::testing::Test {
 protected:
  IntegerArray read(const std::string& bytes, const std::string& name = "", ArrayExtent extent = ArrayExtent::whole) {
    write_text(file_, bytes);
    return read_npz_array(file_, name, extent);
  }
  std::string refused(const std::string& bytes, const std::string& name = "") {
    const std::string error = error_of([&] { (void)read(bytes, name); }, typeid(BadData));
    EXPECT_EQ(error.find(file_.string()), 0U) << error;
    return error.substr(file_.string().size());
  }
  std::string refused_array(const std::string& array) { return refused(zip_of({{"x.npy", array}})); }

  Scratch scratch_;
  fs::path file_ = scratch_ / "a.npz";
};

TEST_F(NpzArrays, AreReadByNameOrAlone) {
  const std::string x = npy("|u1", "(2, 3)", "abcdef"), y = npy("<i2", "(2,)", std::string("\x01\x00\xFE\xFF", 4));
  const IntegerArray alone = read(zip_of({{"x.npy", x}}));
  EXPECT_EQ(alone.sizes, (std::vector<std::size_t>{2, 3}));
  EXPECT_EQ(alone.type.name, "uint8");
  EXPECT_EQ(alone.bytes, (Bytes{'a', 'b', 'c', 'd', 'e', 'f'}));
  EXPECT_EQ(alone.where, file_.string() + ": array 'x'");
  const IntegerArray named = read(zip_of({{"x.npy", x}, {"y.npy", y}}), "y");
  EXPECT_EQ(named.number(0), 1);
  EXPECT_EQ(named.number(1), -2);
  EXPECT_EQ(refused(zip_of({{"x.npy", x}, {"y.npy", y}})),
            ": which array is meant? FILE:ARRAY says it (it holds: x, y)");
  EXPECT_EQ(refused(zip_of({{"x.npy", x}, {"y.npy", y}}), "z"), ": there is no array 'z' (it holds: x, y)");
}

TEST_F(NpzArrays, HeadersAloneAreReadWithoutTheRest) {
  const IntegerArray array = read(zip_of({{"x.npy", npy("<u4", "(7, 2, 2)", "cut")}}), "", ArrayExtent::header);
  EXPECT_EQ(array.sizes, (std::vector<std::size_t>{7, 2, 2}));
  EXPECT_TRUE(array.bytes.empty());
}

// Big-endian numbers, and arrays whose first index runs fastest: rows (1, 2, 3) and (4, 5, 6).
TEST_F(NpzArrays, AreOrderedAlikeWhateverTheirOrderInTheFile) {
  const IntegerArray big = read(zip_of({{"x.npy", npy(">i2", "(2,)", std::string("\x01\x00\xFF\xFE", 4))}}));
  EXPECT_EQ(big.number(0), 256);
  EXPECT_EQ(big.number(1), -2);
  const IntegerArray columns = read(zip_of({{"x.npy", npy("|u1", "(2, 3)", "\1\4\2\5\3\6", true)}}));
  EXPECT_EQ(columns.bytes, (Bytes{1, 2, 3, 4, 5, 6}));
}

TEST_F(NpzArrays, AreRefusedIfDamaged) {
  EXPECT_THAT(refused("no zip"), HasSubstr(": cannot be read as an .npz archive ("));
  EXPECT_EQ(refused_array(npy("|u1", "(4,)", "abc")), ": array 'x': it ends early");
  EXPECT_EQ(refused_array(npy("|u1", "(4,)", "abcde")), ": array 'x': it goes on after its array");
  EXPECT_EQ(refused_array("no array of numpy"), ": array 'x': it is no array of numpy");
  EXPECT_EQ(refused_array(npy("|u1", "4", "abcd")), ": array 'x': its header has no shape");
  EXPECT_EQ(refused_array(npy("|u1", "(0,)", "")), ": array 'x': its sizes are 0");
  EXPECT_EQ(refused_array(npy("<U4", "(1,)", "abcd")), ": array 'x': its type is '<U4' (allowed: integers)");
  EXPECT_EQ(refused_array(npy("|O", "(1,)", "abcd")), ": array 'x': its type is '|O' (allowed: integers)");
  EXPECT_EQ(refused_array(npy("<u8", "(4611686018427387904, 4)", "a")),
            ": array 'x': its sizes are 4611686018427387904 x 4");
  std::string wrong = zip_of({{"x.npy", npy("|u1", "(4,)", "abcd")}});
  wrong[wrong.find("abcd")] = 'z';  // the checksum is that of "abcd"
  EXPECT_THAT(refused(wrong), HasSubstr(": array 'x': damaged ("));
}

}  // namespace npz_array_test
}  // namespace ohmcarlo::test
