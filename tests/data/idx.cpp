#include "data/idx.hpp"

#include <algorithm>

#include <gmock/gmock.h>

#include "data/byte_source.hpp"
#include "data/idx_files.hpp"

namespace ohmcarlo::test {
namespace idx_test {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class Idx : public ::testing::Test {
 protected:
  Scratch folder;
  fs::path images = folder / "images";
  fs::path labels = folder / "labels";

  std::string error() {
    return error_of([&] { static_cast<void>(read_idx(images, labels, 10)); }, typeid(BadData));
  }
  // What the reader says about these bytes as the file of images; the labels are in order.
  std::string error_for(const Bytes& bytes) {
    write_file(images, bytes);
    write_file(labels, label_bytes(20));
    return error();
  }
};

TEST_F(Idx, PlainFilesAreRead) {
  write_file(images, image_bytes(20));
  write_file(labels, label_bytes(20));
  const SampleSet set = read_idx(images, labels, 10);
  EXPECT_EQ(set.count(), 20U);
  EXPECT_EQ(set.shape(), (SampleShape{1, 2, 3}));
  EXPECT_EQ(set.classes(), 10U);
  ASSERT_EQ(set.pixels().size(), 120U);
  EXPECT_EQ(set.pixels()[0], 0);
  EXPECT_EQ(set.pixels()[19 * 6 + 5], 195);
  ASSERT_EQ(set.labels().size(), 20U);
  EXPECT_EQ(set.labels()[13], 3);
}

TEST_F(Idx, CompressionIsRecognisedByContentNotByName) {
  write_file(images, gzip(image_bytes(20)));  // no .gz in the name
  write_file(folder / "labels.gz", label_bytes(20));
  const SampleSet packed = read_idx(images, folder / "labels.gz", 10);
  write_file(images, image_bytes(20));
  const SampleSet plain = read_idx(images, folder / "labels.gz", 10);
  EXPECT_TRUE(std::ranges::equal(packed.pixels(), plain.pixels()));
  EXPECT_EQ(content_sha256(packed), content_sha256(plain));
}

TEST_F(Idx, GzipOfSeveralMembersIsRead) {
  const Bytes whole = image_bytes(20);
  Bytes packed = gzip(Bytes(whole.begin(), whole.begin() + 50));
  const Bytes second = gzip(Bytes(whole.begin() + 50, whole.end()));
  packed.insert(packed.end(), second.begin(), second.end());
  write_file(images, packed);
  write_file(labels, label_bytes(20));
  EXPECT_TRUE(std::ranges::equal(read_idx(images, labels, 10).pixels(), Bytes(whole.begin() + 16, whole.end())));
}

TEST_F(Idx, FilesLargerThanTheBufferAreRead) {
  Bytes body(3 * 1000 * 1000);
  std::uint32_t state = 1;
  for (std::uint8_t& byte : body) byte = static_cast<std::uint8_t>((state = state * 1664525 + 1013904223) >> 24);
  write_file(labels, label_bytes(3));
  for (const bool packed : {false, true}) {
    const Bytes file = idx_bytes({2051, 3, 1000, 1000}, body);
    write_file(images, packed ? gzip(file) : file);
    EXPECT_TRUE(std::ranges::equal(read_idx(images, labels, 10).pixels(), body));
  }
}

TEST_F(Idx, MissingFileIsNamed) {
  write_file(labels, label_bytes(20));
  EXPECT_EQ(error(), images.string() + ": no such file");
}

TEST_F(Idx, DirectoryInsteadOfAFileIsNamed) {
  fs::create_directory(images);
  EXPECT_EQ(error(), images.string() + ": is a directory, not a file");
}

TEST_F(Idx, EmptyFileIsNamed) {
  EXPECT_EQ(error_for({}), images.string() + ": the file is empty");
}

TEST_F(Idx, SpecialFileIsRefused) {
  images = "/dev/zero";
  EXPECT_EQ(error(), "/dev/zero: is not a regular file");
}

TEST_F(Idx, ShortHeaderIsNamed) {
  EXPECT_THAT(error_for({0, 0, 8}), HasSubstr("images: the header ends at byte 3: the magic number takes the 4 bytes"));
  EXPECT_THAT(error_for({0, 0, 8, 3, 0, 0, 0, 1, 0}), HasSubstr("ends at byte 9: the rows takes the 4 bytes from 8"));
}

TEST_F(Idx, WrongMagicSaysWhichIsRight) {
  EXPECT_EQ(error_for(label_bytes(20)),
            images.string() + ": the magic number at byte 0 is 2049; an IDX file of images starts with 2051");
  write_file(images, image_bytes(20));
  write_file(labels, image_bytes(20));
  EXPECT_EQ(error(), labels.string() + ": the magic number at byte 0 is 2051; an IDX file of labels starts with 2049");
}

TEST_F(Idx, TruncatedFilesAreNamed) {
  Bytes bytes = image_bytes(20);
  bytes.pop_back();
  EXPECT_EQ(error_for(bytes),
            images.string() + ": the header promises 120 bytes (20 x 2 x 3) after byte 16; only 119 follow");
  EXPECT_EQ(error_for(gzip(bytes)),
            images.string() + ": the header promises 120 bytes (20 x 2 x 3) after byte 16; only 119 follow");
}

TEST_F(Idx, TrailingBytesAreNamed) {
  Bytes bytes = image_bytes(20);
  bytes.push_back(0);
  const std::string expected =
      images.string() + ": the header promises 120 bytes (20 x 2 x 3) after byte 16; more follow, from byte 136";
  EXPECT_EQ(error_for(bytes), expected);
  EXPECT_EQ(error_for(gzip(bytes)), expected);
}

TEST_F(Idx, TruncatedGzipIsNamedAtEveryLength) {
  const Bytes packed = gzip(image_bytes(20));
  for (std::size_t length = 2; length < packed.size(); ++length) {
    EXPECT_THAT(error_for(Bytes(packed.begin(), packed.begin() + static_cast<std::ptrdiff_t>(length))),
                AllOf(StartsWith(images.string()),
                      HasSubstr("the gzip data is cut short: the file ends at byte " + std::to_string(length))));
  }
}

TEST_F(Idx, DamagedGzipIsNamed) {
  Bytes packed = gzip(image_bytes(20));
  packed[packed.size() - 8] ^= 1;  // CRC-32 of the trailer
  EXPECT_THAT(error_for(packed), AllOf(StartsWith(images.string()), HasSubstr("the gzip data is damaged near byte"),
                                       EndsWith("(incorrect data check)")));
  packed = gzip(image_bytes(20));
  packed[packed.size() - 4] ^= 1;  // length
  EXPECT_THAT(error_for(packed), EndsWith("(incorrect length check)"));
  packed = gzip(image_bytes(20));
  packed.push_back('x');
  EXPECT_THAT(error_for(packed), HasSubstr("the gzip data is cut short"));
  packed.insert(packed.end(), {'y', 'z', 'z', 'y'});
  EXPECT_THAT(error_for(packed), HasSubstr("the gzip data is damaged"));
}

TEST_F(Idx, NoFlippedBitOfAGzipFileChangesWhatIsReadUnnoticed) {
  const Bytes packed = gzip(image_bytes(20));
  const Bytes whole = image_bytes(20);
  const Bytes pixels(whole.begin() + 16, whole.end());
  write_file(labels, label_bytes(20));
  int noticed = 0;
  for (std::size_t bit = 0; bit < 8 * packed.size(); ++bit) {
    Bytes damaged = packed;
    damaged[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    write_file(images, damaged);
    try {
      EXPECT_TRUE(std::ranges::equal(read_idx(images, labels, 10).pixels(), pixels)) << bit;
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), StartsWith(images.string()));
      ++noticed;
    }
  }
  // All but the time and flags of the header (8 bytes) and the padding of the last byte of deflate data.
  EXPECT_GE(noticed, static_cast<int>(8 * packed.size()) - 8 * 8 - 7);
}

TEST_F(Idx, AbsurdSizesAreRefusedWithoutTakingMemory) {
  const Bytes body(120);
  EXPECT_THAT(error_for(idx_bytes({2051, 0xFFFFFFFF, 28, 28}, body)),
              HasSubstr("promises 3367254359280 bytes (4294967295 x 28 x 28) after byte 16; only 120 follow"));
  EXPECT_THAT(error_for(idx_bytes({2051, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF}, body)), HasSubstr("only 120 follow"));
  EXPECT_THAT(error_for(gzip(idx_bytes({2051, 0xFFFFFFFF, 28, 28}, body))),
              HasSubstr("could follow in a file of this size"));
}

TEST_F(Idx, ZeroSizesAreRefused) {
  EXPECT_THAT(error_for(idx_bytes({2051, 0, 28, 28}, {})), HasSubstr("promises 0 bytes (0 x 28 x 28)"));
  EXPECT_THAT(error_for(idx_bytes({2051, 20, 0, 28}, {})), HasSubstr("at least one is needed"));
}

TEST_F(Idx, DifferentCountsAreNamed) {
  write_file(images, image_bytes(20));
  write_file(labels, label_bytes(19));
  EXPECT_EQ(error(), labels.string() + ": 19 labels for the 20 images of " + images.string() + "; one each is needed");
}

TEST_F(Idx, LabelOutOfRangeIsNamed) {
  write_file(images, image_bytes(20));
  Bytes bytes = label_bytes(20);
  bytes[8 + 17] = 11;
  write_file(labels, bytes);
  EXPECT_EQ(error(), labels.string() + ": label 11 of image 17 (byte 25); classes are 0..9");
  bytes[8 + 17] = 10;
  write_file(labels, bytes);
  EXPECT_THAT(error(), HasSubstr("label 10 of image 17"));
}

TEST_F(Idx, PlainNameComesBeforeCompressed) {
  EXPECT_EQ(error_of([&] { static_cast<void>(find_plain_or_gzip(folder.path(), "a")); }, typeid(BadData)),
            (folder / "a").string() + ": no such file, nor a.gz");
  write_file(folder / "a.gz", {1});
  EXPECT_EQ(find_plain_or_gzip(folder.path(), "a"), folder / "a.gz");
  write_file(folder / "a", {1});
  EXPECT_EQ(find_plain_or_gzip(folder.path(), "a"), folder / "a");
}

TEST_F(Idx, ArraysHaveTheirTypeAndSizes) {
  write_file(images, idx_bytes({0x0B02, 2, 3}, {0, 1, 0xFF, 0xFE, 1, 0, 0, 2, 0, 3, 0, 4}));
  const IntegerArray array = read_idx_array(images, ArrayExtent::whole);
  EXPECT_EQ(array.sizes, (std::vector<std::size_t>{2, 3}));
  EXPECT_EQ(array.type.name, "int16");
  EXPECT_EQ(array.number(0), 1);
  EXPECT_EQ(array.number(1), -2);
  EXPECT_EQ(array.number(2), 256);
  EXPECT_TRUE(read_idx_array(images, ArrayExtent::header).bytes.empty());
  EXPECT_EQ(read_idx_array(images, ArrayExtent::header).sizes, array.sizes);
  write_file(images, gzip(idx_bytes({0x0801, 2}, {7, 9})));
  EXPECT_EQ(read_idx_array(images, ArrayExtent::whole).number(1), 9);
}

TEST_F(Idx, ArraysAreRefusedIfDamaged) {
  const auto refused = [&](const Bytes& bytes, ArrayExtent extent) {
    write_file(images, bytes);
    return error_of([&] { (void)read_idx_array(images, extent); }, typeid(BadData)).substr(images.string().size());
  };
  for (const ArrayExtent extent : {ArrayExtent::header, ArrayExtent::whole}) {
    EXPECT_EQ(refused(idx_bytes({0x0A01, 1}, {1}), extent),
              ": the magic number at byte 0 is 2561, which no IDX file starts with");
    EXPECT_EQ(refused(idx_bytes({0x0800}, {}), extent),
              ": the magic number at byte 0 is 2048, which no IDX file starts with");
    EXPECT_EQ(refused(idx_bytes({0x0C01, 2}, {1, 2, 3, 4}), extent),
              ": the header promises 8 bytes (2 x 4) after byte 8; only 4 follow");
    EXPECT_EQ(refused(idx_bytes({0x0801, 1}, {1, 2}), extent),
              ": the header promises 1 bytes (1) after byte 8; more follow, from byte 9");
    EXPECT_EQ(refused(idx_bytes({0x0803, 1, 2}, {}), extent),
              ": the header ends at byte 12: a size takes the 4 bytes from 12");
  }
}

TEST_F(Idx, SizesAreThoseOfTheHeaders) {
  write_file(images, image_bytes(20));
  write_file(labels, label_bytes(20));
  const ImageSizes sizes = measure_idx(images, labels, 10);
  EXPECT_EQ(sizes.count, 20U);
  EXPECT_EQ(sizes.shape, (SampleShape{1, 2, 3}));
  EXPECT_EQ(sizes.classes, 10U);
  write_file(labels, label_bytes(19));
  EXPECT_EQ(error_of([&] { (void)measure_idx(images, labels, 10); }, typeid(BadData)), error());
  Bytes cut = image_bytes(20);
  cut.pop_back();
  write_file(images, cut);
  EXPECT_EQ(error_of([&] { (void)measure_idx(images, labels, 10); }, typeid(BadData)), error());
}

}  // namespace idx_test
}  // namespace ohmcarlo::test
