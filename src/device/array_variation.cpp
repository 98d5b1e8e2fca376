#include "device/array_variation.hpp"

#include <algorithm>

namespace ohmcarlo {
namespace {

/// The middle of place `index` in an array of `size` places, from -1/2 to 1/2.
float relative_place(std::size_t index, std::size_t size) {
  return static_cast<float>((static_cast<double>(index % size) + 0.5) / static_cast<double>(size) - 0.5);
}

}  // namespace

ArrayFactors::ArrayFactors(const ArrayVariation& variation, const CellRange& range, const PlaneShape& plane,
                           const Lineage& chip, Address address)
    : plane_(plane), pedestal_(static_cast<float>(range.pedestal())) {
  address.event = 0;
  if (variation.die_sigma != 0) {
    const Address die{.purpose = Purpose::die, .replica = address.replica, .trial = address.trial};
    float normal = 0;
    MovedStream(chip, die).normals(0, {&normal, 1});
    die_ = static_cast<float>(variation.die_sigma) * normal;
  }
  if (variation.gradient_sigma != 0) {
    address.purpose = Purpose::gradient;
    slopes_.resize(2 * plane.row_tiles() * plane.column_tiles());
    MovedStream(chip, address).normals(0, slopes_);
    for (float& slope : slopes_) slope *= static_cast<float>(variation.gradient_sigma);
    u_.resize(plane.inputs);
    for (std::size_t input = 0; input < plane.inputs; ++input) {
      u_[input] = relative_place(input, plane.rows_of_array());
    }
  }
}

void ArrayFactors::apply(std::size_t first, std::span<float> steps) const {
  if (u_.empty()) {
    for (float& cell : steps) cell += (cell + pedestal_) * die_;
    return;
  }
  const std::size_t rows = plane_.rows_of_array();
  const std::size_t columns = plane_.columns_of_array();
  while (!steps.empty()) {  // cells of one output in one array at a time
    const std::size_t output = first / plane_.inputs;
    const std::size_t input = first % plane_.inputs;
    const std::size_t tile = input / rows * plane_.column_tiles() + plane_.column_tile(output);
    const std::size_t end = std::min(plane_.inputs, (input / rows + 1) * rows);
    const std::size_t count = std::min(steps.size(), end - input);
    const float a = slopes_[2 * tile];
    const float bv = slopes_[2 * tile + 1] * relative_place(output % plane_.group_outputs(), columns);
    const float* u = u_.data() + input;
    for (std::size_t i = 0; i < count; ++i) {
      const float gradient = a * u[i] + bv;
      steps[i] += (steps[i] + pedestal_) * (die_ + gradient * (1 + die_));
    }
    first += count;
    steps = steps.subspan(count);
  }
}

}  // namespace ohmcarlo
