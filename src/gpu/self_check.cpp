#include "gpu/self_check.hpp"

#include <bit>
#include <stdexcept>

#include <fmt/format.h>

#include "crossbar/calibration.hpp"
#include "device/variation.hpp"
#include "gpu/device_arrays.hpp"
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

Matrix<float> some_normals(Index rows, Index cols, std::uint32_t layer) {
  Matrix<float> numbers(rows, cols);
  Stream(1, {.purpose = Purpose::initialisation, .layer = layer})
      .normals(0, {numbers.data(), static_cast<std::size_t>(numbers.size())});
  return numbers;
}

/// Outputs of arrays whose sums leave nothing to rounding: either each is added up cell by cell, noise included, as
/// the processor does it, or it is a whole number.
void check_arrays(const std::shared_ptr<Device>& device, ArrayOptions options) {
  options.cells.range.top = options.format.top();
  const Matrix<float> weights = some_normals(70, 33, 0), x = some_normals(5, 33, 1);
  const std::vector<std::uint32_t> images{3, 700'000, 9, 11, 4};
  const ChipKey chip{kCheckedKey, {.layer = 7, .replica = 3, .trial = 1'234'567}};
  ArrayLayer layer(options, View<const float>(weights));
  (void)layer.program(chip);
  const LayerScales scales = calibrate(layer, x);
  Matrix<float> found(x.rows(), weights.rows()), expected = found;
  layer.read(x, {images, 1}, scales, chip, expected);
  DeviceArrays(device).read(0, {layer, scales, chip, x, {images, 1}, found, nullptr, [] {}});
  compare(*device, "reads of arrays", std::vector(found.data(), found.data() + found.size()),
          std::vector(expected.data(), expected.data() + expected.size()));
}

}  // namespace

void check_device(const std::shared_ptr<Device>& device) {
  check_numbers(device);
  for (const Sampler sampler : {Sampler::weight, Sampler::cells})
    for (const double band : {1.0, 2.0})
      check_weights(device, {.sigma = 0.2, .weight_bits = 8, .cell_bits = 2, .sampler = sampler, .band_factor = band});
  ArrayOptions noisy;
  noisy.read_noise = {0.02F, 0.3F, -0.1F};
  noisy.read_form = ReadForm::cells;
  check_arrays(device, noisy);
  ArrayOptions whole;
  whole.format = {.weight_bits = 6, .cell_bits = 2};
  whole.tile_rows = 10;
  whole.dac.coding = {.bits = 6, .read_bits = 1, .encoding = InputEncoding::sign_magnitude};
  whole.adc.bits = 5;
  check_arrays(device, whole);
}

}  // namespace ohmcarlo::gpu
