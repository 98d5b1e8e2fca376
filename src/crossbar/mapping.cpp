#include "crossbar/mapping.hpp"

#include <algorithm>
#include <cmath>

#include "periphery/nearest_code.hpp"

namespace ohmcarlo {
namespace {

/// What `offset` adds to a code so that it is never negative.
double code_of_zero(const CellFormat& format) {
  return format.weight_bits == 0 ? 0.5 : std::ldexp(1.0, format.weight_bits - 1);
}

/// targets[i] = digit number `slice`, in base 2^cell_bits, of the whole number whole(codes[i]).
template <class Whole>
void take_digits(const CellFormat& format, int slice, std::span<const float> codes, std::span<float> targets,
                 const Whole& whole) {
  if (format.slices() == 1) {
    for (std::size_t i = 0; i < codes.size(); ++i) targets[i] = whole(codes[i]);
    return;
  }
  const int shift = format.cell_bits * slice;
  const std::int32_t mask = (1 << format.cell_bits) - 1;
  for (std::size_t i = 0; i < codes.size(); ++i)
    targets[i] = static_cast<float>((static_cast<std::int32_t>(whole(codes[i])) >> shift) & mask);
}

}  // namespace

int CellFormat::slices() const {
  return cell_bits == 0 ? 1 : (weight_bits + cell_bits - 1) / cell_bits;
}

int CellFormat::top() const {
  if (weight_bits == 0) return 1;
  if (mapping == Mapping::mid_point) return (1 << weight_bits) - 2;
  return (1 << (cell_bits == 0 ? weight_bits : cell_bits)) - 1;
}

double CellFormat::slice_weight(int slice) const {
  return std::ldexp(1.0, cell_bits * slice);
}

double CellFormat::largest_code() const {
  if (weight_bits == 0) return mapping == Mapping::offset ? 0.5 : 1;
  const bool halved = mapping == Mapping::mid_point || mapping == Mapping::offset;
  return std::ldexp(1.0, halved ? weight_bits - 1 : weight_bits) - 1;
}

WeightCodes quantise(const CellFormat& format, View<const float> weights) {
  const double most = weights.rows * weights.cols == 0 ? 0 : double{weights.map().cwiseAbs().maxCoeff()};
  WeightCodes result{Matrix<float>(weights.rows, weights.cols), most > 0 ? most / format.largest_code() : 1};
  const double scale = most > 0 ? format.largest_code() : 0, full_scale = std::max(most, 0x1p-149);
  const auto columns = static_cast<std::size_t>(weights.cols);
  for (Index i = 0; i < weights.rows; ++i) {
    if (format.weight_bits > 0) {
      nearest_codes({weights.row(i), columns}, scale, full_scale, {-scale, scale}, result.codes.row(i).data());
      continue;
    }
    for (Index j = 0; j < weights.cols; ++j)
      result.codes(i, j) = static_cast<float>(weights(i, j) * scale / full_scale);
  }
  return result;
}

void cell_targets(const CellFormat& format, std::span<const float> codes, int slice, bool negative,
                  std::span<float> targets) {
  switch (format.mapping) {
    case Mapping::sign_magnitude:
      take_digits(format, slice, codes, targets, [](float code) { return std::fabs(code); });
      break;
    case Mapping::one_sided:
      if (negative)
        take_digits(format, slice, codes, targets, [](float code) { return -code > 0 ? -code : 0.0F; });
      else
        take_digits(format, slice, codes, targets, [](float code) { return code > 0 ? code : 0.0F; });
      break;
    case Mapping::mid_point: {
      const float middle = static_cast<float>(format.top()) / 2;
      const float scale = format.weight_bits > 0 ? 1.0F : 0.5F;  // analog: half the range to each side
      for (std::size_t i = 0; i < codes.size(); ++i) targets[i] = middle + (negative ? -scale : scale) * codes[i];
      break;
    }
    case Mapping::offset: {
      const auto zero = static_cast<float>(code_of_zero(format));
      take_digits(format, slice, codes, targets, [zero](float code) { return code + zero; });
      break;
    }
  }
}

float reference_target(const CellFormat& format, int slice) {
  const float zero = 0;
  float target = 0;
  cell_targets(format, {&zero, 1}, slice, false, {&target, 1});
  return target;
}

}  // namespace ohmcarlo
