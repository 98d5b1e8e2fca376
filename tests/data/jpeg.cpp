#include "data/jpeg.hpp"

#include <cstdlib>

#include <gmock/gmock.h>

#include "data/jpeg_files.hpp"

namespace ohmcarlo::test {
namespace jpeg_test {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr SampleShape kShape{3, 64, 64};

class Jpeg : public ::testing::Test {
 protected:
  Bytes read(const Bytes& bytes, const SampleShape& shape = kShape) {
    write_file(file, bytes);
    Bytes pixels(shape.values());
    read_jpeg(file, shape, pixels.data());
    return pixels;
  }
  std::string error(const Bytes& bytes) {
    return error_of([&] { read(bytes); }, typeid(BadData));
  }

  Scratch folder;
  fs::path file = folder / "a.JPEG";
};

int ramp(int row, int column, int channel) {
  return channel == 0 ? 4 * column : channel == 1 ? 3 * row : 128 + row - column;
}

TEST_F(Jpeg, PlanesAreRedGreenBlueRowByRow) {
  const Bytes pixels = read(jpeg_bytes(64, 64, ramp));
  for (int channel = 0; channel < 3; ++channel) {
    for (int r = 0; r < 64; ++r) {
      for (int c = 0; c < 64; ++c) {
        ASSERT_NEAR(pixels[static_cast<std::size_t>((channel * 64 + r) * 64 + c)], ramp(r, c, channel), 4)
            << channel << ' ' << r << ' ' << c;
      }
    }
  }
}

TEST_F(Jpeg, RowsAndColumnsMayDifferInNumber) {
  const Bytes pixels = read(jpeg_bytes(24, 40, ramp), {3, 40, 24});
  EXPECT_NEAR(pixels[24 * 1 + 20], 80, 2);                // red: column
  EXPECT_NEAR(pixels[40 * 24 + 24 * 30 + 2], 3 * 30, 2);  // green: row
}

TEST_F(Jpeg, GreyGivesThreeEqualPlanes) {
  const Bytes pixels = read(jpeg_bytes(64, 64, ramp, true));
  for (std::size_t p = 0; p < 64 * 64; ++p) {
    ASSERT_EQ(pixels[p], pixels[64 * 64 + p]);
    ASSERT_EQ(pixels[p], pixels[2 * 64 * 64 + p]);
  }
  EXPECT_NEAR(pixels[63], 252, 2);
}

// A red, a blue and a green field at low quality, chroma at half resolution, and what Pillow 9.4 (as torchvision uses
// it) reads there: near the edges chroma is interpolated.
TEST_F(Jpeg, HalvedChromaIsSmoothAsInPillow) {
  const std::string hex =
      "ffd8ffe000104a46494600010100000100010000ffdb004300140e0f120f0d14121012171514181e32211e1c1c1e3d2c2e24"
      "3249404c4b47404645505a736250556d5645466488656d777b8182814e608d978c7d96737e817cffdb0043011517171e1a1e"
      "3b21213b7c5346537c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c"
      "7c7c7c7c7c7c7c7cffc00011080040004003012200021101031101ffc4001900010101010101000000000000000000000004"
      "05030102ffc40021100100010207000300000000000000000000010304021533527291d1122122ffc4001a01000300030100"
      "0000000000000000000000050603040702ffc400221100020005040301000000000000000000000102040534710311135112"
      "159131ffda000c03010002110311003f00ca00bcb0385de947246b2ef4a392356526d96593353b878400341680001a6039f9"
      "7070bbd28e48d65de947246aca4db2cb266a770f0800682d000034c073f2e0f315b63ba8f8609c3131f7fa7ce515f7d3ee7c"
      "5765ad3c573674aa3af2f0f841b6d8246afa914332d2e918d9457df4fb9f0ca2befa7dcf8d9193dccd76be0a79a231b28afb"
      "e9f73e19457df4fb9f1b20f7335daf81cd11920348e885165ad3c5721b2d69e2b9823fd236b374f0800f02800003ffd9";
  Bytes bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes.push_back(static_cast<std::uint8_t>(std::strtoul(hex.substr(i, 2).c_str(), nullptr, 16)));
  }
  const Bytes pixels = read(bytes);
  struct Seen {
    std::size_t column, row;
    Bytes colour;
  };
  for (const Seen& seen :
       {Seen{0, 0, {253, 0, 2}}, Seen{19, 5, {236, 15, 30}}, Seen{20, 5, {170, 12, 99}}, Seen{21, 5, {79, 0, 146}},
        Seen{22, 5, {3, 0, 211}}, Seen{40, 35, {0, 22, 218}}, Seen{40, 36, {0, 38, 125}}, Seen{40, 37, {70, 169, 141}},
        Seen{40, 38, {51, 183, 38}}, Seen{63, 63, {38, 202, 11}}}) {
    for (std::size_t channel = 0; channel < 3; ++channel) {
      EXPECT_NEAR(pixels[(channel * 64 + seen.row) * 64 + seen.column], seen.colour[channel], 1)
          << seen.column << ' ' << seen.row << ' ' << channel;
    }
  }
}

TEST_F(Jpeg, AnotherSizeIsNamed) {
  EXPECT_EQ(error(jpeg_bytes(64, 32, ramp)),
            file.string() + ": the image is 64 x 32 pixels (width x height); needed: 64 x 64");
  EXPECT_THAT(error(jpeg_bytes(65, 64, ramp)), HasSubstr("65 x 64"));
}

TEST_F(Jpeg, EveryCutIsNoticed) {  // in the first marker, in the tables, between them and in the pixels
  const Bytes whole = jpeg_bytes(64, 64, ramp);
  for (const std::size_t size :
       {std::size_t{1}, std::size_t{3}, std::size_t{100}, std::size_t{300}, whole.size() / 2, whole.size() - 40}) {
    EXPECT_THAT(error(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size))),
                StartsWith(file.string() + ": cannot be read as a JPEG ("))
        << size;
  }
  EXPECT_THAT(error(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(whole.size() / 2))),
              HasSubstr("Premature end of JPEG file"));
}

TEST_F(Jpeg, DamageIsNoticed) {
  Bytes bytes = jpeg_bytes(64, 64, ramp);
  bytes[bytes.size() / 2] = 0xff;  // a marker in the middle of the data
  bytes[bytes.size() / 2 + 1] = 0xd9;
  EXPECT_THAT(error(bytes), StartsWith(file.string() + ": cannot be read as a JPEG ("));
  EXPECT_THAT(error({'G', 'I', 'F', '8', '9', 'a'}), HasSubstr("cannot be read as a JPEG (Not a JPEG file"));
  EXPECT_EQ(read(plain_jpeg(77)), Bytes(kShape.values(), 77));
}

TEST_F(Jpeg, FilesThatCannotBeImagesAreRefused) {
  EXPECT_EQ(error({}), file.string() + ": the file is empty");
  EXPECT_EQ(error(Bytes((1 << 20) + 1, 7)), file.string() + ": the file has more than 1048576 bytes");
  fs::remove(file);
  Bytes pixels(kShape.values());
  EXPECT_EQ(error_of([&] { read_jpeg(file, kShape, pixels.data()); }, typeid(BadData)),
            file.string() + ": no such file");
}

}  // namespace jpeg_test
}  // namespace ohmcarlo::test
