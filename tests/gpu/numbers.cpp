// Words and normals of the functions that GPUs call, against those of the processor's kernels.

#include "gpu/numbers.hpp"

#include <cstring>
#include <vector>

#include <gtest/gtest.h>

#include "base/hash.hpp"
#include "gpu/on_devices.hpp"
#include "random/reference.hpp"
#include "random/stream.hpp"

namespace ohmcarlo::gpu {
namespace numbers_test {

struct Place {
  std::uint64_t key;
  Address address;
};

const std::vector<Place> kPlaces = {
    {1, {.purpose = Purpose::programming}},
    {0x0123456789ABCDEF,
     {.purpose = Purpose::programming_equivalent, .layer = 1023, .replica = 1023, .trial = 4194303}},
    {0xFFFFFFFFFFFFFFFF,
     {.purpose = Purpose::read_cell, .trial = 70'000, .slice = 31, .negative = true, .event = 5'000'000'000}},
};

TEST(NumbersOfGpus, ElementsOfABlockLiePartByPart) {
  EXPECT_EQ(element_of(0, 0), 0U);
  EXPECT_EQ(element_of(0, 3), 48U);
  EXPECT_EQ(element_of(15, 1), 31U);
  EXPECT_EQ(element_of(16, 0), 64U);
  EXPECT_EQ(element_of(35, 2), 2 * 64 + 3 + 32U);
  for (const auto& [elements, counters] : {std::pair{0U, 0U}, {1U, 16U}, {64U, 16U}, {65U, 32U}})
    EXPECT_EQ(counters_of(elements), counters) << elements;
}

TEST(NumbersOfGpus, EveryElementIsMadeOnce) {
  std::vector<int> made(5 * 64);
  for (std::uint64_t counter = 0; counter < counters_of(made.size()); ++counter)
    for (std::uint32_t part = 0; part < kParts; ++part) ++made[element_of(counter, part)];
  EXPECT_EQ(made, std::vector<int>(made.size(), 1));
}

class NumbersOnDevices : public OnDevices {};
INSTANTIATE_TEST_SUITE_P(Each, NumbersOnDevices, kDevices, kNameOfDevice);

// Lengths that end inside a block, and at its ends.
TEST_P(NumbersOnDevices, AreThoseOfStreams) {
  for (const Place& place : kPlaces)
    for (const std::size_t count : {1UL, 17UL, 63UL, 64UL, 65UL, 10'000UL}) {
      const Stream stream(place.key, place.address);
      std::vector<std::uint32_t> words(count);
      stream.words(0, words);
      std::vector<float> normals(count);
      stream.normals(0, normals);
      const DeviceArray<std::uint32_t> drawn_words(device_, count);
      const DeviceArray<float> drawn(device_, count);
      device_->launch(DrawWords{philox_key(place.key), pack(place.address), count, drawn_words.data()});
      device_->launch(DrawNormals{philox_key(place.key), pack(place.address), count, drawn.data()});
      EXPECT_EQ(drawn_words.download(0, count), words);
      const std::vector<float> found = drawn.download(0, count);
      EXPECT_EQ(std::memcmp(found.data(), normals.data(), count * sizeof(float)), 0) << count;
    }
}

TEST(NumbersOfGpus, ElementsFarOutAreThoseOfStreams) {
  for (const Place& place : kPlaces)
    for (const std::uint64_t counter : {0x0FFFFFF5ULL, 0x80000007ULL, 0xFFFFFFFFULL}) {
      const PhiloxCounter words =
          words_of(philox_key(place.key), pack(place.address), static_cast<std::uint32_t>(counter));
      const std::array<float, kParts> normals =
          normals_of(philox_key(place.key), pack(place.address), static_cast<std::uint32_t>(counter));
      for (std::uint32_t part = 0; part < kParts; ++part) {
        EXPECT_EQ(words[part], reference_word(place.key, place.address, element_of(counter, part)));
        EXPECT_EQ(normals[part], reference_normal(place.key, place.address, element_of(counter, part)));
      }
    }
}

// The ends of all intervals, and words from everywhere.
TEST(NumbersOfGpus, NormalsOfAllKindsOfWordsAreTheReferences) {
  std::vector<std::uint32_t> words = {0,          1,          2,          3,          0x7FFFFFFE,
                                      0x7FFFFFFF, 0x80000000, 0x80000001, 0xFFFFFFFE, 0xFFFFFFFF};
  for (std::uint32_t bit = 0; bit < 32; ++bit)
    for (const std::uint32_t step : {0U, 1U, 0xFFFFFFFFU}) words.push_back((1U << bit) + step);
  std::uint64_t state = 5;
  for (int i = 0; i < 100'000; ++i) words.push_back(static_cast<std::uint32_t>(state = mix64(state)));
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::uint32_t radius_word = words[i], angle_word = words[words.size() - 1 - i];
    float first = 0, second = 0;
    normals_of_pair(radius_word, angle_word, first, second);
    const float radius = radius_from_word(radius_word);
    const auto [cos, sin] = angle_from_word(angle_word);
    ASSERT_EQ(radius_of(radius_word), radius) << radius_word;
    ASSERT_EQ(first, radius * cos) << angle_word;
    ASSERT_EQ(second, radius * sin) << angle_word;
  }
}

}  // namespace numbers_test
}  // namespace ohmcarlo::gpu
