#include "device/drift.hpp"

#include <array>
#include <cmath>

#include <fmt/format.h>

#include "device/blocks.hpp"
#include "device/exp_minus_one.hpp"

namespace ohmcarlo {
namespace {

Address exponents_of(Address cells) {
  cells.purpose = Purpose::drift_exponent;
  cells.event = 0;
  return cells;
}

}  // namespace

std::string problem(const Drift& drift) {
  if (drift.time >= drift.time_programmed) return {};
  return fmt::format("cells drift from {:g} s on, and {:g} s is earlier", drift.time_programmed, drift.time);
}

CellDrift::CellDrift(const Drift& drift, const CellRange& range, const Lineage& chip, Address address)
    : exponents_(chip, exponents_of(address)), pedestal_(static_cast<float>(range.pedestal())) {
  const double e_foldings = std::log(drift.time / drift.time_programmed);
  mean_ = static_cast<float>(-drift.nu * e_foldings);
  sd_ = static_cast<float>(-drift.nu_sd * e_foldings);
}

void CellDrift::apply(std::size_t first, std::span<float> steps) const {
  if (sd_ == 0) {
    const float change = exp_minus_one(mean_);
    for (float& cell : steps) cell += (cell + pedestal_) * change;
    return;
  }
  std::array<float, kCellBlock> normals;
  for_blocks(steps.size(), [&](std::size_t begin, std::size_t count) {
    exponents_.normals(first + begin, {normals.data(), count});
    float* cell = steps.data() + begin;
    for (std::size_t i = 0; i < count; ++i) {
      cell[i] += (cell[i] + pedestal_) * exp_minus_one(mean_ + sd_ * normals[i]);
    }
  });
}

}  // namespace ohmcarlo
