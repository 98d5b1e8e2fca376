// Weights that the threads of a GPU would program, against write_weights().

#include "gpu/program_weights.hpp"

#include <cmath>
#include <cstring>
#include <vector>

#include <gtest/gtest.h>

#include "device/variation.hpp"
#include "gpu/on_devices.hpp"
#include "gpu/programming.hpp"

namespace ohmcarlo::gpu {
namespace program_weights_test {

const Address kFirstChip{.purpose = Purpose::programming, .layer = 3, .replica = 2, .trial = 262'141};

/// Weights up to 0.7 in size, the bands of a banded law, zeros of both signs, and both ends.
std::vector<float> clean_weights(std::size_t count) {
  std::vector<float> clean(count);
  for (std::size_t i = 0; i < count; ++i) clean[i] = 0.7F * std::sin(static_cast<float>(i) * 0.37F);
  const std::vector<float> special = {0.7F,         -0.7F,        0.0F,          -0.0F,
                                      0.25F * 0.7F, 0.75F * 0.7F, -0.25F * 0.7F, -0.75F * 0.7F};
  for (std::size_t i = 0; i < std::min(count, special.size()); ++i) clean[i] = special[i];
  return clean;
}

constexpr float kLargest = 0.7F;

std::vector<Lineage> plain(std::size_t chips, std::uint64_t key = 77) {
  return std::vector<Lineage>(chips, Lineage(key));
}

/// Chip c is number kFirstChip.trial + c, with the draws of lineage c: what the device writes is what the processor
/// does.
void expect_equal_weights(const std::shared_ptr<Device>& device, const Variation& variation,
                          const std::vector<Lineage>& chips, std::size_t cells) {
  const std::vector<float> clean = clean_weights(cells);
  const DeviceArray<float> clean_there(device, clean);
  const DeviceArray<float> weights(device, chips.size() * cells);
  ChipDraws draws(device);
  std::vector<Address> addresses(chips.size(), kFirstChip);
  for (std::uint32_t c = 0; c < addresses.size(); ++c) addresses[c].trial += c;
  draws.set(chips);
  device->launch(draws.task(weight_law(variation, kLargest), addresses, clean_there, weights.data()));
  for (std::size_t c = 0; c < chips.size(); ++c) {
    std::vector<float> expected(cells);
    write_weights(variation, kLargest, chips[c], addresses[c], 0, clean, expected);
    const std::vector<float> found = weights.download(c * cells, cells);
    EXPECT_EQ(std::memcmp(found.data(), expected.data(), cells * sizeof(float)), 0) << "chip " << c;
  }
}

const std::vector<Variation> kVariations = {
    {},  // no errors
    {.sigma = 0.2},
    {.sigma = 0.15, .weight_bits = 8, .cell_bits = 2},
    {.sigma = 0.15, .weight_bits = 8, .cell_bits = 2, .sampler = Sampler::cells},
    {.sigma = 0.05, .weight_bits = 16, .cell_bits = 1, .sampler = Sampler::cells},
    {.sigma = 0.1, .weight_bits = 8, .cell_bits = 3, .sampler = Sampler::cells},
    {.sigma = 0.3, .weight_bits = 6, .cell_bits = 2, .band_factor = 2.5},
    {.sigma = 0.3, .weight_bits = 6, .cell_bits = 2, .sampler = Sampler::cells, .band_factor = 0.5},
    {.sigma = 0.3, .band_factor = 0},
};

class ProgramWeightsOnDevices : public OnDevices {};
INSTANTIATE_TEST_SUITE_P(Each, ProgramWeightsOnDevices, kDevices, kNameOfDevice);

TEST_P(ProgramWeightsOnDevices, EqualsTheProcessorForEveryVariation) {
  for (std::size_t i = 0; i < kVariations.size(); ++i) {
    SCOPED_TRACE(i);
    expect_equal_weights(device_, kVariations[i], plain(3), 1000);
  }
}

TEST_P(ProgramWeightsOnDevices, EqualsTheProcessorForEverySize) {
  for (const std::size_t cells : {1UL, 15UL, 16UL, 63UL, 64UL, 65UL, 128UL, 191UL})
    for (const std::size_t chips : {1UL, 5UL, 8UL}) expect_equal_weights(device_, kVariations[3], plain(chips), cells);
}

TEST_P(ProgramWeightsOnDevices, FollowsMoves) {
  const Move small{5, 0.8F, 0.6F}, large{0xFEDCBA9876543210, 0.28F, 0.96F}, whole{9, 0, 1};
  const std::vector<Lineage> chips = {
      {77, {small}}, {78}, {79, {large, small, whole, small}}, {77, {large, small}}, {80}};
  for (const std::size_t i : {2UL, 3UL, 7UL}) {
    SCOPED_TRACE(i);
    expect_equal_weights(device_, kVariations[i], chips, 333);
  }
}

TEST_P(ProgramWeightsOnDevices, ForgetsTheMovesOfTheChipsBefore) {
  const std::vector<float> clean = clean_weights(100);
  const DeviceArray<float> clean_there(device_, clean);
  const DeviceArray<float> weights(device_, 100);
  ChipDraws draws(device_);
  for (const Lineage& chip : {Lineage{4, {{5, 0.8F, 0.6F}}}, Lineage{4}}) {
    draws.set({&chip, 1});
    device_->launch(draws.task(weight_law(kVariations[1], kLargest), {&kFirstChip, 1}, clean_there, weights.data()));
    std::vector<float> expected(100);
    write_weights(kVariations[1], kLargest, chip, kFirstChip, 0, clean, expected);
    EXPECT_EQ(weights.download(0, 100), expected);
  }
}

}  // namespace program_weights_test
}  // namespace ohmcarlo::gpu
