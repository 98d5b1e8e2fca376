// Philox4x32-10: the published vectors, and Random123 on many counters.

#include <array>
#include <cstdint>

#include <Random123/philox.h>
#include <gtest/gtest.h>

#include "base/hash.hpp"
#include "random/address.hpp"
#include "random/reference.hpp"

namespace ohmcarlo {
namespace reference_philox_test {

// Random123 (Salmon, Moraes, Dror, Shaw), tests/kat_vectors, generator philox4x32, ten rounds.
TEST(Philox, GivesThePublishedVectors) {
  constexpr std::uint32_t kOnes = 0xFFFFFFFF;
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}), (PhiloxCounter{0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8}));
  EXPECT_EQ(philox({kOnes, kOnes, kOnes, kOnes}, {kOnes, kOnes}),
            (PhiloxCounter{0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD}));
  EXPECT_EQ(philox({0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344}, {0xA4093822, 0x299F31D0}),
            (PhiloxCounter{0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1}));
}

TEST(Philox, EqualsRandom123) {
  std::uint64_t state = 2024;
  const auto word = [&] { return static_cast<std::uint32_t>(state = mix64(state)); };
  for (int i = 0; i < 100'000; ++i) {
    const PhiloxCounter counter = {word(), word(), word(), word()};
    const PhiloxKey key = {word(), word()};
    const r123::Philox4x32::ctr_type c = {{counter[0], counter[1], counter[2], counter[3]}};
    const r123::Philox4x32::key_type k = {{key[0], key[1]}};
    const auto expected = r123::Philox4x32{}(c, k);
    const PhiloxCounter made = philox(counter, key);
    for (unsigned part = 0; part < 4; ++part) ASSERT_EQ(made[part], expected[part]) << "counter number " << i;
  }
}

// Element e of an address is word (e % 64) / 16 of counter e / 64 * 16 + e % 16: what results files rest on.
TEST(Philox, AddressesAreCountersOfRandom123) {
  const std::uint64_t key = 0x0123456789ABCDEF;
  const Address address = {.purpose = Purpose::programming, .layer = 3, .trial = 70'000, .event = 5'000'000'000};
  const PackedAddress packed = pack(address);
  for (const std::uint64_t element : {0ULL, 1ULL, 15ULL, 16ULL, 63ULL, 64ULL, 1'000'003ULL, (1ULL << 34) - 1}) {
    const r123::Philox4x32::ctr_type c = {
        {static_cast<std::uint32_t>(element / 64 * 16 + element % 16), packed[0], packed[1], packed[2]}};
    const auto expected = r123::Philox4x32{}(c, {{0x89ABCDEF, 0x01234567}});
    EXPECT_EQ(reference_word(key, address, element), expected[element % 64 / 16]) << "element " << element;
  }
}

}  // namespace reference_philox_test
}  // namespace ohmcarlo
