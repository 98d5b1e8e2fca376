// Addresses: what they hold, and that different ones never meet.

#include "random/address.hpp"

#include <bit>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace ohmcarlo {
namespace address_test {

using testing::HasSubstr;

std::string message_of(const Address& address) {
  try {
    (void)pack(address);
  } catch (const Error& error) {
    EXPECT_TRUE(typeid(error) == typeid(BadUsage));
    return error.what();
  }
  return "nothing was thrown";
}

/// One address for each bit of each field, and the one with none.
std::vector<Address> addresses_of_one_bit() {
  const Address base = {.purpose = Purpose{128}};
  std::vector<Address> all = {base};
  const auto add = [&](auto change, int bits) {
    for (int bit = 0; bit < bits; ++bit) {
      all.push_back(base);
      change(all.back(), std::uint64_t{1} << bit);
    }
  };
  add([](Address& a, std::uint64_t v) { a.purpose = static_cast<Purpose>(128 + v); }, 7);
  add([](Address& a, std::uint64_t v) { a.layer = static_cast<std::uint32_t>(v); }, 10);
  add([](Address& a, std::uint64_t v) { a.replica = static_cast<std::uint32_t>(v); }, 10);
  add([](Address& a, std::uint64_t v) { a.trial = static_cast<std::uint32_t>(v); }, 22);
  add([](Address& a, std::uint64_t v) { a.slice = static_cast<std::uint32_t>(v); }, 5);
  add([](Address& a, std::uint64_t v) { a.negative = v != 0; }, 1);
  add([](Address& a, std::uint64_t v) { a.event = v; }, 40);
  return all;
}

// Every bit of every field has a bit of its own in the counter, so packing is one to one.
TEST(Address, EachBitOfAFieldIsOneBitOfTheCounter) {
  const auto all = addresses_of_one_bit();
  ASSERT_EQ(all.size(), 96U);
  const PackedAddress base = pack(all[0]);
  PackedAddress seen = {0, 0, 0};
  for (std::size_t i = 1; i < all.size(); ++i) {
    const PackedAddress packed = pack(all[i]);
    int bits = 0;
    for (std::size_t word = 0; word < 3; ++word) {
      const std::uint32_t changed = packed[word] ^ base[word];
      EXPECT_EQ(changed & seen[word], 0U) << "address " << i;
      seen[word] |= changed;
      bits += std::popcount(changed);
    }
    EXPECT_EQ(bits, 1) << "address " << i;
  }
  EXPECT_EQ(seen, (PackedAddress{0xFFFFFFFF, 0xFFFFFFFF, 0x7FFFFFFF}));  // the last bit is the purpose's 128
}

// The layout itself: a change would change every result there is.
TEST(Address, HasTheDocumentedLayout) {
  EXPECT_EQ(pack({.purpose = Purpose::programming,
                  .layer = 1,
                  .replica = 2,
                  .trial = 3 << 18 | 5,
                  .slice = 7,
                  .negative = true,
                  .event = 0x1234567890}),
            (PackedAddress{0x34567890, 5U << 14 | 7U << 9 | 1U << 8 | 0x12U, 32U << 24 | 1U << 14 | 2U << 4 | 3U}));
}

TEST(Address, TakesTheLargestOfEachField) {
  EXPECT_EQ(pack({.purpose = Purpose{255},
                  .layer = 1023,
                  .replica = 1023,
                  .trial = 4194303,
                  .slice = 31,
                  .negative = true,
                  .event = (std::uint64_t{1} << 40) - 1}),
            (PackedAddress{0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF}));
}

TEST(Address, RefusesWhatDoesNotFit) {
  const Purpose purpose = Purpose::programming;
  EXPECT_THAT(message_of({.purpose = purpose, .layer = 1024}), HasSubstr("layer 1024 is beyond"));
  EXPECT_THAT(message_of({.purpose = purpose, .replica = 1024}), HasSubstr("replica 1024 is beyond"));
  EXPECT_THAT(message_of({.purpose = purpose, .trial = 4194304}),
              HasSubstr("trial 4194304 is beyond what addresses of random numbers hold (at most 4194303)"));
  EXPECT_THAT(message_of({.purpose = purpose, .slice = 32}), HasSubstr("slice 32 is beyond"));
  EXPECT_THAT(message_of({.purpose = purpose, .event = std::uint64_t{1} << 40}),
              HasSubstr("event 1099511627776 is beyond"));
}

TEST(Address, RefusesToDrawWithoutAPurpose) {
  EXPECT_THROW((void)pack({.layer = 1}), std::logic_error);
}

TEST(DerivedKey, DiffersFromTheSeedAndBetweenTextsAndSeeds) {
  std::set<std::uint64_t> keys;
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    keys.insert(seed);
    for (std::uint64_t hash = 0; hash < 30; ++hash) keys.insert(derived_key(seed, hash));
  }
  EXPECT_EQ(keys.size(), 30U * 31U);
  EXPECT_EQ(derived_key(7, 8), derived_key(7, 8));
}

}  // namespace address_test
}  // namespace ohmcarlo
