#include "data/picture.hpp"

#include <algorithm>

#include <gmock/gmock.h>

#include "data/jpeg_files.hpp"
#include "data/picture_files.hpp"

namespace ohmcarlo::test {
namespace picture_test {

using ::testing::EndsWith;
using ::testing::HasSubstr;

class Pictures : public ::testing::Test {
 protected:
  Picture read(const Bytes& bytes) {
    write_file(file_, bytes);
    const Picture picture = read_picture(file_);
    const Picture header = read_picture(file_, true);
    EXPECT_EQ(header.shape, picture.shape);
    EXPECT_TRUE(header.pixels.empty());
    return picture;
  }
  std::string refused(const Bytes& bytes) {
    write_file(file_, bytes);
    const std::string error = error_of([&] { (void)read_picture(file_); }, typeid(BadData));
    EXPECT_EQ(error.find(file_.string() + ": "), 0U) << error;
    return error.substr(file_.string().size() + 2);
  }
  Scratch scratch_;
  fs::path file_ = scratch_ / "picture";
};

TEST_F(Pictures, OfPngAreExact) {
  const Picture grey = read(png_bytes(3, 2, {0, 1, 2, 127, 128, 255}));
  EXPECT_EQ(grey.shape, (SampleShape{1, 2, 3}));
  EXPECT_EQ(grey.pixels, (Bytes{0, 1, 2, 127, 128, 255}));
  const Picture colours = read(png_bytes(2, 1, {1, 2, 3, 4, 5, 6}, PNG_FORMAT_RGB));
  EXPECT_EQ(colours.shape, (SampleShape{3, 1, 2}));
  EXPECT_EQ(colours.pixels, (Bytes{1, 4, 2, 5, 3, 6}));
}

TEST_F(Pictures, OfPngAreRefusedWhereTheyAreNoPixels) {
  EXPECT_EQ(refused(png_bytes(1, 1, {1, 2, 3, 4}, PNG_FORMAT_RGBA)),
            "the picture is transparent in places (allowed: grey, or red, green and blue)");
  EXPECT_EQ(refused(png_bytes(1, 1, {1, 2}, PNG_FORMAT_LINEAR_Y)), "the picture has 16 bits a channel (allowed: 8)");
  Bytes cut = png_bytes(3, 2, {0, 1, 2, 127, 128, 255});
  cut.resize(cut.size() - 20);
  EXPECT_THAT(refused(cut), HasSubstr("cannot be read as a PNG ("));
  Bytes damaged = png_bytes(3, 2, {0, 1, 2, 127, 128, 255});
  damaged[damaged.size() - 14] ^= 1;  // the checksum of the pixels
  EXPECT_THAT(refused(damaged), HasSubstr("cannot be read as a PNG ("));
}

TEST_F(Pictures, OfPgmAreBytesOrNumbers) {
  const Picture bytes = read(bytes_of("P5\n# a comment\n3 2 # another\n255\n\1\2\3\4\5\6"));
  EXPECT_EQ(bytes.shape, (SampleShape{1, 2, 3}));
  EXPECT_EQ(bytes.pixels, (Bytes{1, 2, 3, 4, 5, 6}));
  const Picture numbers = read(bytes_of("P2 2 2 15 0 15 1 8"));
  EXPECT_EQ(numbers.pixels, (Bytes{0, 255, 17, 136})) << "of 15, as 255 is to 255";
}

TEST_F(Pictures, OfPgmAreRefusedIfDamaged) {
  EXPECT_EQ(refused(bytes_of("P5 3 2 255\n\1\2\3")), "cannot be read as a PGM (3 of 6 pixels are there)");
  EXPECT_EQ(refused(bytes_of("P5 3 2 65535\n\1\2\3")),
            "cannot be read as a PGM (the largest value at byte 7; allowed: 1 to 255)");
  EXPECT_EQ(refused(bytes_of("P5 x 2")), "cannot be read as a PGM (the width at byte 3; allowed: 1 to 1048576)");
  EXPECT_EQ(refused(bytes_of("P2 2 1 3 1 4")), "cannot be read as a PGM (a pixel at byte 11; allowed: 0 to 3)");
  EXPECT_EQ(refused(bytes_of("P5 1 1 3\n\7")), "a pixel is 7, above the largest value 3");
}

TEST_F(Pictures, OfJpegAreGreyOrColours) {
  const Picture grey = read(jpeg_bytes(
      5, 3, [](int, int, int) { return 77; }, true));
  EXPECT_EQ(grey.shape, (SampleShape{1, 3, 5}));
  EXPECT_EQ(grey.pixels, Bytes(15, 77));
  const Picture colours = read(jpeg_bytes(16, 8, [](int, int, int channel) { return 50 + 70 * channel; }));
  EXPECT_EQ(colours.shape, (SampleShape{3, 8, 16}));
  for (std::size_t channel = 0; channel < 3; ++channel)
    EXPECT_NEAR(colours.pixels[channel * 128 + 40], 50 + 70 * static_cast<int>(channel), 3);
  Bytes cut = jpeg_bytes(16, 8, [](int r, int c, int) { return r * c; });
  cut.resize(cut.size() / 2);
  EXPECT_THAT(refused(cut), HasSubstr("cannot be read as a JPEG ("));
}

// Found by reading: 65,500 x 65,500 pixels took 12.9 GB before the first of them was looked at.
TEST_F(Pictures, OfJpegThatPromiseTooManyPixelsAreRefused) {
  Bytes bytes = jpeg_bytes(16, 8, [](int r, int c, int) { return r * c; });
  const Bytes frame = {0xFF, 0xC0};  // then a length of 2 bytes, 1 byte of depth, the height and the width
  const auto found = std::search(bytes.begin(), bytes.end(), frame.begin(), frame.end());
  ASSERT_NE(found, bytes.end());
  for (const std::ptrdiff_t place : {5, 7}) {
    found[place] = 0xFF;
    found[place + 1] = 0xDC;
  }
  EXPECT_EQ(refused(bytes), "more than 268435456 pixels");
}

TEST_F(Pictures, OfOtherKindsAreRefused) {
  EXPECT_EQ(refused(bytes_of("GIF89a")), "not a picture that can be read (allowed: JPEG, PNG, PGM)");
  EXPECT_THAT(error_of([&] { (void)read_picture(scratch_ / "none"); }, typeid(BadData)), EndsWith(": no such file"));
  EXPECT_TRUE(is_picture_name("a/b.PNG") && is_picture_name("b.jpeg") && is_picture_name("b.JPG") &&
              is_picture_name("b.pgm"));
  EXPECT_FALSE(is_picture_name("png") || is_picture_name("b.png.txt") || is_picture_name("b.gif"));
}

}  // namespace picture_test
}  // namespace ohmcarlo::test
