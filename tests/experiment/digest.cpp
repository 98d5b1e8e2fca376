#include "experiment/digest.hpp"

#include <map>
#include <string>

#include <gtest/gtest.h>

#include "base/hash.hpp"

namespace ohmcarlo {
namespace digest_test {

TEST(Digest, IsTheStartOfSha256) {
  // sha256 of "abc" starts ba7816bf 8f01cfea 414140de 5dae2223 (FIPS 180-4), here as two little-endian words.
  EXPECT_EQ(digest_of("abc").high, 0xeacf018fbf1678baULL);
  EXPECT_EQ(digest_of("abc").low, 0x2322ae5dde404141ULL);
}

TEST(DigestNumbers, CountDifferentOnesInTheirOrder) {
  DigestNumbers numbers;
  std::map<std::uint64_t, std::uint32_t> expected;
  for (std::uint64_t i = 0; i < 20000; ++i) {
    const std::uint64_t what = mix64(i) % 7000;
    const auto [place, is_new] = expected.try_emplace(what, static_cast<std::uint32_t>(expected.size()));
    // The same low word for many of them: the places in the table collide.
    const auto [number, found_new] = numbers.find_or_add({what, what % 50});
    ASSERT_EQ(number, place->second);
    ASSERT_EQ(found_new, is_new);
  }
  EXPECT_EQ(numbers.size(), expected.size());
}

}  // namespace digest_test
}  // namespace ohmcarlo
