#include "base/hash.hpp"

#include <set>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace hash_test {

// NIST FIPS 180-4 examples, and the empty message.
TEST(Sha256, GivesThePublishedDigests) {
  EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256(std::string(1000000, 'a')), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, PartsHashLikeTheWhole) {
  Sha256 hash;
  hash.add("a");
  hash.add(std::string_view());
  const std::byte rest[] = {std::byte{'b'}, std::byte{'c'}};
  hash.add(rest);
  EXPECT_EQ(hash.hex(), sha256("abc"));
}

TEST(Sha256, ZeroBytesCount) {
  EXPECT_NE(sha256(std::string("a\0", 2)), sha256("a"));
}

// The first outputs of SplitMix64 for seed 1234567, as published with its test vectors: output n is the mix of the
// seed plus n increments.
TEST(Mix64, IsTheFinaliserOfSplitMix64) {
  constexpr std::uint64_t kIncrement = 0x9E3779B97F4A7C15ULL;
  const std::uint64_t published[] = {6457827717110365317ULL, 3203168211198807973ULL, 9817491932198370423ULL,
                                     4593380528125082431ULL, 16408922859458223821ULL};
  for (std::uint64_t n = 0; n < 5; ++n) EXPECT_EQ(mix64(1234567 + n * kIncrement), published[n]);
}

/// The inverse of x ^ (x >> shift).
std::uint64_t undo_shift(std::uint64_t word, int shift) {
  std::uint64_t x = word;
  for (int done = shift; done < 64; done += shift) x = word ^ (x >> shift);
  return x;
}

/// The inverse of an odd number modulo 2^64, by Newton's iteration.
std::uint64_t inverse(std::uint64_t odd) {
  std::uint64_t x = odd;
  for (int i = 0; i < 6; ++i) x *= 2 - odd * x;
  return x;
}

std::uint64_t undo_mix64(std::uint64_t word) {
  word = undo_shift(word, 31) * inverse(0x94D049BB133111EBULL);
  word = undo_shift(word, 27) * inverse(0xBF58476D1CE4E5B9ULL);
  return undo_shift(word, 30) - 0x9E3779B97F4A7C15ULL;
}

TEST(Mix64, CanBeUndone) {
  for (std::uint64_t i = 0; i < 64; ++i) {
    const std::uint64_t single_bit = std::uint64_t{1} << i;
    EXPECT_EQ(undo_mix64(mix64(single_bit)), single_bit);
    EXPECT_EQ(undo_mix64(mix64(~single_bit)), ~single_bit);
    EXPECT_EQ(undo_mix64(mix64(i)), i);
  }
}

// 10,000 words differ in about 32 bits from the mix of their neighbour (sd of the mean 0.04, limit 5 sd).
TEST(Mix64, OneBitChangesHalfOfTheOutput) {
  double changed = 0;
  for (std::uint64_t i = 0; i < 10000; ++i)
    changed += __builtin_popcountll(mix64(i) ^ mix64(i ^ (std::uint64_t{1} << (i % 64))));
  EXPECT_NEAR(changed / 10000, 32, 0.2);
}

}  // namespace hash_test
}  // namespace ohmcarlo
