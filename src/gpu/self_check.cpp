#include "gpu/self_check.hpp"

#include <bit>
#include <stdexcept>

#include <fmt/format.h>

#include "device/variation.hpp"
#include "gpu/programming.hpp"
#include "random/stream.hpp"

namespace ohmcarlo::gpu {
namespace {

constexpr std::size_t kChecked = 4133;  // numbers of a stream: many blocks and a part of one
constexpr std::uint64_t kCheckedKey = 0x6A09E667F3BCC908;
constexpr Address kCheckedPlace{
    .purpose = Purpose::programming, .layer = 7, .replica = 3, .trial = 1'234'567, .slice = 5, .event = 5'000'000'000};

/// Throws if any bit of `found`, of the device, is another one in `expected`.
template <class T>
void compare(const Device& device, const char* what, const std::vector<T>& found, const std::vector<T>& expected) {
  for (std::size_t i = 0; i < expected.size(); ++i)
    if (std::bit_cast<std::uint32_t>(found[i]) != std::bit_cast<std::uint32_t>(expected[i]))
      throw std::runtime_error(
          fmt::format("{}: its {} are not those of the processor (the first that differs is number {}): it is not used",
                      device.name(), what, i));
}

void check_numbers(const std::shared_ptr<Device>& device) {
  const Stream stream(kCheckedKey, kCheckedPlace);
  std::vector<std::uint32_t> words(kChecked);
  stream.words(0, words);
  const DeviceArray<std::uint32_t> words_there(device, kChecked);
  device->launch(DrawWords{philox_key(kCheckedKey), pack(kCheckedPlace), kChecked, words_there.data()});
  compare(*device, "words", words_there.download(0, kChecked), words);
  std::vector<float> normals(kChecked);
  stream.normals(0, normals);
  const DeviceArray<float> normals_there(device, kChecked);
  device->launch(DrawNormals{philox_key(kCheckedKey), pack(kCheckedPlace), kChecked, normals_there.data()});
  compare(*device, "normals", normals_there.download(0, kChecked), normals);
}

void check_weights(const std::shared_ptr<Device>& device, const Variation& variation) {
  std::vector<float> clean(kChecked);
  Stream(1, {.purpose = Purpose::initialisation}).normals(0, clean);
  const DeviceArray<float> clean_there(device, clean);
  const DeviceArray<float> weights(device, 2 * kChecked);
  const Lineage chips[] = {{kCheckedKey}, {kCheckedKey, {{1, 0.8F, 0.6F}, {2, 0.6F, 0.8F}}}};
  Address places[] = {kCheckedPlace, kCheckedPlace};
  for (Address& place : places) place.slice = 0;  // the one that chips begin with
  places[1].trial += 1;
  ChipDraws draws(device);
  draws.set(chips);
  constexpr float kLargestWeight = 5;
  device->launch(draws.task(weight_law(variation, kLargestWeight), places, clean_there, weights.data()));
  for (std::size_t chip = 0; chip < 2; ++chip) {
    std::vector<float> expected(kChecked);
    write_weights(variation, kLargestWeight, chips[chip], places[chip], 0, clean, expected);
    compare(*device, "weights", weights.download(chip * kChecked, kChecked), expected);
  }
}

}  // namespace

void check_device(const std::shared_ptr<Device>& device) {
  check_numbers(device);
  for (const Sampler sampler : {Sampler::weight, Sampler::cells})
    for (const double band : {1.0, 2.0})
      check_weights(device, {.sigma = 0.2, .weight_bits = 8, .cell_bits = 2, .sampler = sampler, .band_factor = band});
}

}  // namespace ohmcarlo::gpu
