#pragma once
// A layer behind converters in training once more, from its formulas: in double, one cell, line and conversion after
// another.

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "crossbar/noisy_read.hpp"
#include "crossbar/read_names.hpp"
#include "periphery/concrete.hpp"
#include "random/stream.hpp"
#include "training/converted_product.hpp"

namespace ohmcarlo {

/// A layer of random weights, and inputs for it: pairs, as many bits and rows a tile as a test likes.
struct ConverterCase {
  ArrayOptions arrays;
  ConverterOptions training;
  ConversionForm form = ConversionForm::rounded;
  TrainedScale scale;
  ChipKey chip{77, {.layer = 2, .replica = 1}};
  Matrix<float> weights, x, grad_y;
  std::vector<std::uint32_t> images;
  Index positions = 1;

  [[nodiscard]] ConvertedProduct product(bool with_way_back = true) const {
    return {arrays, training, form, View<const float>(weights), scale, chip, images, with_way_back};
  }
};

/// What a batch must give.
class ConverterReference {
 public:
  Matrix<double> y, by_weights, by_x;
  double by_log_scale = 0;
  double log_scale_terms = 0;          ///< the sum of the magnitudes of what by_log_scale is the sum of
  double largest = 0;                  ///< sum of a line, in currents of one cell fully on
  double closed = 0, conversions = 0;  ///< conversions whose sums lie outside of the range, and all
  std::vector<bool> clear;             ///< of every row: whether none of its sums lies within rounding of a decision

  explicit ConverterReference(const ConverterCase& of) : of_(of) {
    const CellFormat& format = of.arrays.format;
    const Index outputs = of.weights.rows(), inputs = of.weights.cols(), rows = of.x.rows();
    weight_unit_ = double{of.weights.cwiseAbs().maxCoeff()} / (std::ldexp(1.0, format.weight_bits) - 1);
    codes_ = (of.weights.cast<double>() / weight_unit_).array().rint();
    cell_bits_ = format.cell_bits > 0 ? format.cell_bits : format.weight_bits;
    slices_ = (format.weight_bits + cell_bits_ - 1) / cell_bits_;
    top_ = std::ldexp(1.0, cell_bits_) - 1;
    const CellRange& range = of.arrays.cells.range;
    pedestal_ = range.g_min / (range.g_max - range.g_min) * top_;
    input_bits_ = of.arrays.dac.coding.bits;
    serial_ = of.arrays.dac.coding.read_bits == 1;
    most_ = serial_ ? 1 : std::ldexp(1.0, input_bits_) - 1;
    input_unit_ = of.scale.dac / (std::ldexp(1.0, input_bits_) - 1);
    full_on_ = (top_ + pedestal_) * most_;
    step_ = of.scale.adc * full_on_;
    levels_ = std::ldexp(1.0, of.arrays.adc.bits);
    tile_rows_ = of.arrays.tile_rows > 0 ? std::min(of.arrays.tile_rows, inputs) : inputs;
    y.setZero(rows, outputs);
    by_weights.setZero(outputs, inputs);
    by_x.setZero(rows, inputs);
    clear.assign(static_cast<std::size_t>(rows), true);
    const RowNames names{of.images, of.positions};
    for (Index row = 0; row < rows; ++row)
      for (Index tile = 0; tile * tile_rows_ < inputs; ++tile)
        for (int read = 0; read < (serial_ ? input_bits_ : 1); ++read) add_read(names, row, tile, read);
    for (Index row = 0; row < rows; ++row)
      for (Index i = 0; i < inputs; ++i)
        if (of.x(row, i) < 0 || of.x(row, i) > static_cast<float>(of.scale.dac)) by_x(row, i) = 0;
  }

  [[nodiscard]] double stored_weight(Index output, Index input) const { return codes_(output, input) * weight_unit_; }

 private:
  [[nodiscard]] double digit(Index row, Index input, int read) const {
    const double most = std::ldexp(1.0, input_bits_) - 1;
    const double code = std::clamp(std::nearbyint(of_.x(row, input) * most / of_.scale.dac), 0.0, most);
    return serial_ ? std::fmod(std::floor(std::ldexp(code, -read)), 2) : code;
  }
  /// Levels above g_min of the cell of a weight in one slice of the positive or negative stack.
  [[nodiscard]] double level(Index output, Index input, int slice, int side) const {
    const double code = side == 0 ? std::max(codes_(output, input), 0.0) : std::max(-codes_(output, input), 0.0);
    return std::fmod(std::floor(std::ldexp(code, -cell_bits_ * slice)), std::ldexp(1.0, cell_bits_));
  }

  /// Scale of the noise of a line whose sum is k, in its unit, if `active` is the sum of digits over the largest.
  [[nodiscard]] double noise_scale(double k, double active, Index tile_rows) const {
    const AdcNoise& noise = of_.training.arrays.adc.noise;
    if (of_.training.scale == ConcreteScale::given) return of_.training.given_scale * full_on_;
    double lines = active, on = std::clamp((k - active * most_ * pedestal_) / (top_ * most_), 0.0, active);
    if (of_.training.scale == ConcreteScale::tested) {
      lines = static_cast<double>(tile_rows);
      on = std::min((levels_ - 1) / 2 * of_.scale.adc, lines);
    }
    const double sd =
        std::sqrt(noise.sd * noise.sd + on * noise.on_sd * noise.on_sd + (lines - on) * noise.off_sd * noise.off_sd);
    return sd * std::numbers::sqrt3 / std::numbers::pi * full_on_;
  }

  ConcreteValue convert(double k, double active, Index tile_rows, const std::vector<std::uint32_t>& words,
                        bool& is_clear) const {
    if (of_.form == ConversionForm::relaxed) {
      std::vector<double> gumbels;
      if (of_.training.noise)
        for (const std::uint32_t word : words) gumbels.push_back(gumbel_from_word(word));
      return concrete_value(of_.training.concrete, k, step_, noise_scale(k, active, tile_rows), gumbels);
    }
    if (of_.training.noise) {
      const AdcNoise& noise = of_.training.arrays.adc.noise;
      const double on = std::clamp((k - active * most_ * pedestal_) / (top_ * most_), 0.0, active);
      const double u = (words[0] + 0.5) * 0x1p-32;
      const double s = std::sqrt(noise.sd * noise.sd + on * noise.on_sd * noise.on_sd +
                                 (active - on) * noise.off_sd * noise.off_sd) *
                       std::numbers::sqrt3 / std::numbers::pi;
      k += s * full_on_ * std::log(u / (1 - u));
    }
    const double u = k / step_, code = std::clamp(std::nearbyint(u), 0.0, levels_ - 1);
    const bool inside = u >= 0 && u <= levels_ - 1;
    is_clear = std::fabs(u - std::floor(u) - 0.5) > 1e-4 && std::fabs(u) > 1e-4 && std::fabs(u - levels_ + 1) > 1e-4;
    if (k == 0) is_clear = true;
    return {step_ * code, inside ? 1.0 : 0.0, inside ? code - u : code, 0};
  }

  void add_read(const RowNames& names, Index row, Index tile, int read) {
    const Index outputs = of_.weights.rows(), first = tile * tile_rows_;
    const Index last = std::min(first + tile_rows_, of_.weights.cols()), width = 2 * outputs * slices_;
    const Index stride = noise_row_stride(width), tiles = (of_.weights.cols() + tile_rows_ - 1) / tile_rows_;
    const Stream stream(of_.chip.key, read_address(of_.chip, Purpose::adc, names, row, read));
    std::vector<double> digits;
    double active = 0, slice_sum = 0, read_sum = 0;
    for (Index i = first; i < last; ++i) active += digits.emplace_back(digit(row, i, read)) / most_;
    for (int slice = 0; slice < slices_; ++slice) slice_sum += std::ldexp(1.0, cell_bits_ * slice);
    for (int b = 0; b < (serial_ ? input_bits_ : 1); ++b) read_sum += std::ldexp(1.0, b);
    const double read_weight = std::ldexp(1.0, read);
    for (Index j = 0; j < outputs; ++j) {
      double gates[2] = {0, 0};
      for (int side = 0; side < 2; ++side)
        for (int slice = 0; slice < slices_; ++slice) {
          double k = 0;
          for (Index i = first; i < last; ++i)
            k += digits[static_cast<std::size_t>(i - first)] * (level(j, i, slice, side) + pedestal_);
          largest = std::max(largest, k / full_on_);
          const Index column = slice * 2 * outputs + side * outputs + j;
          std::vector<std::uint32_t> words(of_.form == ConversionForm::relaxed ? static_cast<std::size_t>(levels_) : 1);
          for (std::size_t level = 0; level < words.size(); ++level)
            stream.words(static_cast<std::uint64_t>((static_cast<Index>(level) * tiles + tile) * stride + column),
                         {&words[level], 1});
          bool is_clear = true;
          const ConcreteValue made = convert(k, active, last - first, words, is_clear);
          if (!is_clear) clear[static_cast<std::size_t>(row)] = false;
          const double slice_weight = std::ldexp(1.0, cell_bits_ * slice), sign = side == 0 ? 1 : -1;
          const double counts = sign * read_weight * slice_weight * weight_unit_ * input_unit_;
          y(row, j) += counts * made.value;
          gates[side] += slice_weight / slice_sum * made.by_x;
          const double term = double{of_.grad_y(row, j)} * counts * made.by_a * step_;
          by_log_scale += term;
          log_scale_terms += std::fabs(term);
          ++conversions;
          closed += made.by_x < 0.5 ? 1 : 0;
        }
      for (Index i = first; i < last; ++i) {
        const double code = codes_(j, i), grad = of_.grad_y(row, j);
        const double gate = code > 0 ? gates[0] : code < 0 ? gates[1] : (gates[0] + gates[1]) / 2;
        by_weights(j, i) += read_weight * digits[static_cast<std::size_t>(i - first)] * input_unit_ * grad * gate;
        const double idle = pedestal_ * slice_sum * (gates[0] - gates[1]);  // what g_min conducts, on both lines
        by_x(row, i) += read_weight / read_sum * (code * gate + idle) * weight_unit_ * grad;
      }
    }
  }

  const ConverterCase& of_;
  Matrix<double> codes_;
  double weight_unit_, top_, pedestal_, most_, input_unit_, full_on_, step_, levels_;
  int cell_bits_, slices_, input_bits_;
  bool serial_;
  Index tile_rows_;
};

}  // namespace ohmcarlo
