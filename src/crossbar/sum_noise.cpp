#include "crossbar/sum_noise.hpp"

#include <algorithm>
#include <cmath>

#include "crossbar/noisy_read.hpp"
#include "random/stream.hpp"

namespace ohmcarlo {
namespace {

Address address_of(const TileRead& read, Purpose purpose) {
  Address address = read.chip.address;
  address.purpose = purpose;
  address.event = read.event;
  return address;
}

/// Where in a stream the numbers of the tile's columns start.
std::uint64_t first_element(const TileRead& read) {
  const Index tile = read.group * read.layer.tiles().row_tiles() + read.row_tile;
  return static_cast<std::uint64_t>(tile * noise_row_stride(read.layer.width()));
}

/// sd of a column's sum where noise is the same for every cell: that of one cell times the root of the squared inputs.
float shared_sd(const TileRead& read) {
  float squares = 0;
  for (const float digit : read.digits) squares += digit * digit;
  return std::fabs(read.layer.options().read_noise.c0) * std::sqrt(static_cast<float>(read.layer.lines()) * squares);
}

}  // namespace

void add_column_noise(const TileRead& read, std::span<const float> variances, std::vector<float>& normals,
                      std::span<float> sums) {
  normals.resize(sums.size());
  Stream(read.chip.key, address_of(read, Purpose::read_column)).normals(first_element(read), normals);
  if (read.layer.options().read_noise.constant()) {
    const float sd = shared_sd(read);
    for (std::size_t j = 0; j < sums.size(); ++j) sums[j] += sd * normals[j];
  } else {
    for (std::size_t j = 0; j < sums.size(); ++j) sums[j] += std::sqrt(variances[j]) * normals[j];
  }
}

bool counts_cells(const ArrayLayer& layer, bool negative_digit) {
  return layer.options().adc.noise.grows_with_cells() && (negative_digit || !layer.single_ended());
}

const Matrix<float>& counted_levels(const ArrayLayer& layer, Index group) {
  return layer.single_ended() ? layer.column_levels(group) : layer.conducting_levels(group);
}

void add_converter_noise(const TileRead& read, std::span<const float> conducted, std::span<float> sums) {
  double active = 0;
  bool negative = false;
  for (const float digit : read.digits) {
    active += std::fabs(digit);
    negative = negative || digit < 0;
  }
  const ArrayLayer& layer = read.layer;
  const double most = read.largest_applied;
  ArrayState array{layer.full_scale(1, most), double{layer.pedestal()} * most, layer.lines() * (active / most)};
  if (counts_cells(layer, negative)) array.conducted = conducted;
  add_adc_noise(layer.options().adc.noise, array, read.chip.key, address_of(read, Purpose::adc), first_element(read),
                sums);
}

}  // namespace ohmcarlo
