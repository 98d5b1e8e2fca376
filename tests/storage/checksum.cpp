#include "storage/checksum.hpp"

#include <gtest/gtest.h>

#include "storage/hdf5.hpp"

namespace ohmcarlo::test {
namespace checksum_test {

std::vector<std::byte> bytes_in(const std::string& text) {
  const auto* start = reinterpret_cast<const std::byte*>(text.data());
  return {start, start + text.size()};
}

TEST(Checksum, IsTheSha256OfTheContents) {  // of "abc", FIPS 180-2
  std::vector<std::byte> file = bytes_in("abc");
  append_checksum(file);
  EXPECT_EQ(file, bytes_in("abcsha256 ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n"));
  EXPECT_EQ(file.size(), 3 + kChecksumSize);
  EXPECT_EQ(compare_checksum(file), ChecksumState::right);
  const std::span<const std::byte> contents = contents_before_checksum(file);
  EXPECT_EQ(std::vector(contents.begin(), contents.end()), bytes_in("abc"));
}

TEST(Checksum, IsAbsentFromWhatNeverHadOne) {
  EXPECT_EQ(compare_checksum({}), ChecksumState::absent);
  EXPECT_EQ(compare_checksum(bytes_in("abc")), ChecksumState::absent);
  EXPECT_EQ(compare_checksum(bytes_in(std::string(1000, 'x'))), ChecksumState::absent);
}

std::vector<std::byte> hdf5_file() {
  const std::scoped_lock lock(h5::library_mutex());
  const h5::Handle file = h5::create_in_memory();
  h5::write_attribute(file, "seed", 0.5);
  return h5::image(file);
}

TEST(Checksum, IsAbsentFromHdf5ThatEndsWhereItSays) {
  EXPECT_TRUE(has_hdf5_signature(hdf5_file()));
  EXPECT_EQ(compare_checksum(hdf5_file()), ChecksumState::absent);
}

TEST(Checksum, EveryChangedByteMakesItWrong) {
  std::vector<std::byte> file = hdf5_file();
  append_checksum(file);
  ASSERT_EQ(compare_checksum(file), ChecksumState::right);
  for (std::byte& byte : file) {
    const std::byte before = byte;
    byte ^= std::byte{16};
    EXPECT_EQ(compare_checksum(file), ChecksumState::wrong) << &byte - file.data();
    byte = before;
  }
}

TEST(Checksum, IsRightWhileAnotherProgramHasTheFileOpenAndHasNotWrittenYet) {
  std::vector<std::byte> file = hdf5_file();
  append_checksum(file);
  file[20] = std::byte{1};  // file consistency flags of the superblock, version 0
  EXPECT_EQ(compare_checksum(file), ChecksumState::right);
  file[21] = std::byte{1};
  EXPECT_EQ(compare_checksum(file), ChecksumState::wrong);
}

TEST(Checksum, ADamagedOneIsWrongAndNotAbsent) {
  std::vector<std::byte> file = hdf5_file();
  const std::size_t end = file.size();
  append_checksum(file);
  for (std::size_t first = end - 512; first < file.size(); ++first) {  // a block of zeros up to the end
    std::vector<std::byte> damaged = file;
    std::fill(damaged.begin() + static_cast<std::ptrdiff_t>(first), damaged.end(), std::byte{0});
    EXPECT_EQ(compare_checksum(damaged), ChecksumState::wrong) << first;
  }
  for (std::size_t size = end + 1; size < file.size(); ++size)
    EXPECT_EQ(compare_checksum(std::span(file).first(size)), ChecksumState::wrong) << size;
  EXPECT_EQ(compare_checksum(std::span(file).first(end)), ChecksumState::absent);
}

}  // namespace checksum_test
}  // namespace ohmcarlo::test
