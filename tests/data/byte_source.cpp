#include "data/byte_source.hpp"

#include <gmock/gmock.h>

#include "data/idx_files.hpp"

namespace ohmcarlo::test {
namespace byte_source_test {

using ::testing::HasSubstr;

/// Bytes that deflate cannot shrink.
Bytes incompressible(std::size_t count) {
  Bytes bytes(count);
  std::uint32_t state = 1;
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>((state = state * 1664525 + 1013904223) >> 24);
  return bytes;
}

/// All bytes, taken in pieces of this size.
Bytes read_all(ByteSource& source, std::size_t piece) {
  Bytes all;
  for (;;) {
    Bytes some(piece);
    const std::size_t got = source.read(some);
    all.insert(all.end(), some.begin(), some.begin() + static_cast<std::ptrdiff_t>(got));
    EXPECT_EQ(source.offset(), all.size());
    if (got < piece) return all;
  }
}

class ByteSourceTest : public ::testing::Test {
 protected:
  Scratch folder;
  fs::path path = folder / "bytes";

  [[nodiscard]] std::string refused() {
    return error_of(
        [&] {
          ByteSource source(path);
          (void)read_all(source, 1000);
        },
        typeid(BadData));
  }
};

TEST_F(ByteSourceTest, PlainAndCompressedBytesAreTheSameInPiecesOfAnySize) {
  const Bytes bytes = incompressible(200'000);  // longer than any buffer
  for (const bool packed : {false, true}) {
    write_file(path, packed ? gzip(bytes) : bytes);
    for (const std::size_t piece : {7U, 65'536U, 65'537U, 1'000'000U}) {
      ByteSource source(path);
      EXPECT_EQ(source.compressed(), packed);
      EXPECT_TRUE(read_all(source, piece) == bytes) << piece;
      Bytes more(1);
      EXPECT_EQ(source.read(more), 0U) << "after the end";
    }
  }
}

TEST_F(ByteSourceTest, MembersOfGzipFollowEachOther) {
  Bytes packed = gzip({1, 2, 3});
  for (const Bytes& member : {gzip({}), gzip({4, 5})}) packed.insert(packed.end(), member.begin(), member.end());
  write_file(path, packed);
  ByteSource source(path);
  EXPECT_EQ(read_all(source, 2), (Bytes{1, 2, 3, 4, 5}));
}

TEST_F(ByteSourceTest, NoFileHoldsMoreThanItSays) {
  const Bytes zeros(10'000'000);  // what deflate shrinks most
  write_file(path, gzip(zeros));
  ByteSource packed(path);
  EXPECT_GE(packed.most_bytes(), zeros.size());
  EXPECT_LT(packed.most_bytes(), 2 * zeros.size());
  write_file(path, {1, 2, 3});
  EXPECT_EQ(ByteSource(path).most_bytes(), 3U);
}

TEST_F(ByteSourceTest, OneByteOfTheMagicNumberIsNoGzip) {
  write_file(path, {0x1f});
  ByteSource source(path);
  EXPECT_FALSE(source.compressed());
  EXPECT_EQ(read_all(source, 10), (Bytes{0x1f}));
}

TEST_F(ByteSourceTest, DamageIsNoticed) {
  const Bytes whole = gzip(incompressible(100'000));
  Bytes bytes = whole;
  bytes[bytes.size() - 8] ^= 1;  // the checksum
  write_file(path, bytes);
  EXPECT_THAT(refused(), HasSubstr(path.string() + ": the gzip data is damaged"));
  bytes = whole;
  bytes.back() ^= 1;  // the length
  write_file(path, bytes);
  EXPECT_THAT(refused(), HasSubstr("damaged"));
  bytes = whole;
  bytes.push_back('x');  // neither the end nor another member
  write_file(path, bytes);
  EXPECT_THAT(refused(), ::testing::AnyOf(HasSubstr("damaged"), HasSubstr("cut short")));
}

TEST_F(ByteSourceTest, TheFirstBytesOfAGzipFileAreCutShort) {
  const Bytes whole = gzip(incompressible(1000));
  for (const std::size_t size : {std::size_t{2}, std::size_t{11}, whole.size() / 2, whole.size() - 1}) {
    write_file(path, Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
    EXPECT_EQ(refused(), path.string() + ": the gzip data is cut short: the file ends at byte " + std::to_string(size) +
                             " inside the compressed data");
  }
}

TEST_F(ByteSourceTest, WhatIsNoFileWithBytesIsRefused) {
  EXPECT_EQ(refused(), path.string() + ": no such file");
  write_file(path, {});
  EXPECT_EQ(refused(), path.string() + ": the file is empty");
  path = folder.path();
  EXPECT_EQ(refused(), path.string() + ": is a directory, not a file");
  path = "/dev/null";
  EXPECT_EQ(refused(), "/dev/null: is not a regular file");
}

TEST_F(ByteSourceTest, ThePlainFileGoesBeforeTheCompressedOne) {
  EXPECT_EQ(error_of([&] { (void)find_plain_or_gzip(folder.path(), "bytes"); }, typeid(BadData)),
            path.string() + ": no such file, nor bytes.gz");
  write_file(folder / "bytes.gz", {1});
  EXPECT_EQ(find_plain_or_gzip(folder.path(), "bytes"), folder / "bytes.gz");
  write_file(path, {1});
  EXPECT_EQ(find_plain_or_gzip(folder.path(), "bytes"), path);
}

}  // namespace byte_source_test
}  // namespace ohmcarlo::test
