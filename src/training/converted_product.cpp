#include "training/converted_product.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "crossbar/calibration.hpp"
#include "crossbar/noisy_read.hpp"
#include "linalg/product.hpp"
#include "periphery/concrete.hpp"
#include "periphery/logistic.hpp"
#include "periphery/ste.hpp"
#include "random/stream.hpp"

namespace ohmcarlo {
namespace {

/// Rows of x that go back together.
constexpr Index kBackwardRows = 128;

/// One side of a slice, of one read of one row: line = share grad gate, for slices after the first line += that;
/// slopes += slope_share grad slope.
void fill_line(Index outputs, bool first, float share, float slope_share, const float* __restrict grad,
               const float* __restrict gate, const float* __restrict slope, float* __restrict line,
               float* __restrict slopes) {
  if (!first) {
    for (Index j = 0; j < outputs; ++j) line[j] += share * grad[j] * gate[j];
    for (Index j = 0; j < outputs; ++j) slopes[j] += slope_share * (grad[j] * slope[j]);
    return;
  }
  for (Index j = 0; j < outputs; ++j) {
    line[j] = share * grad[j] * gate[j];
    slopes[j] += slope_share * (grad[j] * slope[j]);
  }
}

std::span<float> row_of(Matrix<float>& matrix, Index row) {
  return {matrix.row(row).data(), static_cast<std::size_t>(matrix.cols())};
}

/// Relaxed converters draw their own noise.
ArrayOptions with_noise_of(ArrayOptions options, const ConverterOptions& training, ConversionForm form) {
  if (form != ConversionForm::rounded || !training.noise) options.adc.noise = {};
  return options;
}

}  // namespace

/// Rows first, first + 1, ... on their way back through one row tile, read after read.
struct ConvertedProduct::BackwardBlock {
  Matrix<float> digits;      ///< [reads * rows, inputs of the tile]
  Matrix<float> lines;       ///< [reads * rows, 2 outputs]: 2^b G gate of the positive and of the negative lines
  Matrix<float> line_means;  ///< [rows, 2 outputs], if asked for: sum over the reads, over the sum of 2^b
  Vector<float> slopes;      ///< [2 outputs]: sum over rows and reads of 2^b grad_y times the slope by a
};

ConvertedProduct::ConvertedProduct(const ArrayOptions& options, const ConverterOptions& training, ConversionForm form,
                                   View<const float> weights, TrainedScale scale, const ChipKey& chip,
                                   std::span<const std::uint32_t> images, bool with_way_back, Index groups)
    : training_(training),
      form_(form),
      layer_(with_noise_of(options, training, form), weights, false, groups),
      scales_(trained_scales(layer_, scale)),
      chip_(chip),
      images_(images.begin(), images.end()),
      with_way_back_(with_way_back),
      applied_(static_cast<std::size_t>(groups)) {
  require(form == ConversionForm::ideal || (layer_.single_ended() && options.format.mapping == Mapping::one_sided),
          "converters are trained behind single lines of one-sided pairs");
}

void ConvertedProduct::apply(View<const float> x, View<float> y, Index group) const {
  const RowNames names{images_, x.rows / static_cast<Index>(images_.size()), 0, group};
  if (form_ == ConversionForm::ideal) return layer_.read(x, names, scales_, chip_, y);
  Applied& of = applied_[static_cast<std::size_t>(group)];
  of.rows = x.rows;
  const Index kept = with_way_back_ ? place(of, layer_.tiles().row_tiles(), 0, 0) : 0;
  of.gates.resize(kept, layer_.width());
  of.slopes.resize(kept, layer_.width());
  if (form_ == ConversionForm::rounded) {
    ReadTrace keep;
    if (with_way_back_)
      keep = [&, adc = ste_quantiser(layer_.options().adc.bits, code_in_sums())](Index row, Index row_tile, int read,
                                                                                 std::span<const float> sums) {
        const Index at = place(of, row_tile, read, row);
        ste_derivatives(adc, sums, row_of(of.gates, at), row_of(of.slopes, at));
      };
    return layer_.read(x, names, scales_, chip_, y, nullptr, keep);
  }
  if (training_.scale == ConcreteScale::margin) count_active(x, of);
  layer_.read(
      x, names, scales_, chip_, y, nullptr, {},
      [&](Index row, Index row_tile, int read, std::span<float> sums) { relax(row, row_tile, read, sums, names, of); });
}

void ConvertedProduct::count_active(View<const float> x, Applied& of) const {
  of.active.resize(layer_.tiles().row_tiles() * scales_.coding.reads(), of.rows);
  std::vector<float> codes(static_cast<std::size_t>(x.cols)), digits(codes.size());
  for (Index row = 0; row < of.rows; ++row) {
    scales_.coding.encode({x.row(row), codes.size()}, codes);
    for (int read = 0; read < scales_.coding.reads(); ++read) {
      scales_.coding.applied(codes, read, digits);
      for (Index tile = 0; tile < layer_.tiles().row_tiles(); ++tile) {
        const auto part = std::span(digits).subspan(static_cast<std::size_t>(layer_.tiles().first_row(tile)),
                                                    static_cast<std::size_t>(layer_.tiles().row_count(tile)));
        float active = 0;
        for (const float digit : part) active += digit;
        of.active(tile * scales_.coding.reads() + read, row) =
            active / static_cast<float>(scales_.coding.largest_applied());
      }
    }
  }
}

void ConvertedProduct::fill_scales(Index row, Index row_tile, int read, std::span<const float> sums, const Applied& of,
                                   std::span<float> scales) const {
  const AdcNoise& noise = training_.arrays.adc.noise;
  const double most = scales_.coding.largest_applied(), full_on = layer_.full_scale(1, most);
  if (training_.scale == ConcreteScale::given) {
    scales.front() = static_cast<float>(training_.given_scale * full_on);
    return;
  }
  if (training_.scale == ConcreteScale::tested) {
    const auto rows = static_cast<double>(layer_.tiles().row_count(row_tile));
    const double half = (std::ldexp(1.0, layer_.options().adc.bits) - 1) / 2 * code_in_sums() / full_on;
    scales.front() = static_cast<float>(scale_of_logistic(noise.sd_of(std::min(half, rows), rows)) * full_on);
    return;
  }
  const double active = of.active(row_tile * scales_.coding.reads() + read, row);
  const double off = active * double{layer_.pedestal()} * most;
  for (std::size_t j = 0; j < sums.size(); ++j) {
    const double conducting = std::clamp((sums[j] - off) / (full_on - layer_.pedestal() * most), 0.0, active);
    scales[j] = static_cast<float>(scale_of_logistic(noise.sd_of(conducting, active)) * full_on);
  }
}

void ConvertedProduct::relax(Index row, Index row_tile, int read, std::span<float> sums, const RowNames& names,
                             Applied& of) const {
  scale_of_sum_.resize(training_.scale == ConcreteScale::margin ? sums.size() : 1);
  fill_scales(row, row_tile, read, sums, of, scale_of_sum_);
  made_.resize(3 * sums.size());
  const std::span<float> made(made_);
  const Index at = place(of, row_tile, read, row);
  const Index stride = noise_row_stride(layer_.width()), tiles = layer_.tiles().row_tiles();
  const Stream draws(chip_.key, read_address(chip_, Purpose::adc, names, row, read));
  const std::span<float> values = made.first(sums.size());
  convert_concrete(training_.concrete, code_in_sums(), scale_of_sum_, draws,
                   static_cast<std::uint64_t>((names.group * tiles + row_tile) * stride),
                   static_cast<std::uint64_t>(layer_.groups() * tiles * stride), sums, values,
                   with_way_back_ ? row_of(of.gates, at) : made.subspan(sums.size(), sums.size()),
                   with_way_back_ ? row_of(of.slopes, at) : made.last(sums.size()));
  std::ranges::copy(values, sums.begin());
}

View<const float> ConvertedProduct::backward_weights() const {
  if (stored_.size() == 0) stored_ = (layer_.codes().codes.cast<double>() * layer_.codes().unit).cast<float>();
  return View<const float>(stored_);
}

void ConvertedProduct::fill_digits(BackwardBlock& block, View<const float> x) const {
  const InputCoding& coding = scales_.coding;
  const auto inputs = static_cast<std::size_t>(x.cols);
  std::vector<float> codes(inputs);
  block.digits.resize(coding.reads() * x.rows, x.cols);
  for (Index r = 0; r < x.rows; ++r) {
    coding.encode({x.row(r), inputs}, codes);
    for (int read = 0; read < coding.reads(); ++read)
      coding.applied(codes, read, row_of(block.digits, read * x.rows + r));
  }
}

void ConvertedProduct::fill_lines(BackwardBlock& block, Index first, Index row_tile, View<const float> grad_y,
                                  bool with_means, Applied& of) const {
  const CellFormat& format = layer_.options().format;
  const InputCoding& coding = scales_.coding;
  const Index rows = block.digits.rows() / coding.reads(), outputs = layer_.tiles().outputs, columns = layer_.columns();
  double slice_sum = 0, read_sum = 0;
  for (int slice = 0; slice < format.slices(); ++slice) slice_sum += format.slice_weight(slice);
  for (int read = 0; read < coding.reads(); ++read) read_sum += coding.read_weight(read);
  const double per_code = layer_.weight_unit() * coding.unit() * code_in_sums();
  block.lines.resize(coding.reads() * rows, 2 * outputs);
  if (with_means) block.line_means.setZero(rows, 2 * outputs);
  block.slopes.setZero(2 * outputs);
  const auto mean = static_cast<float>(1 / (read_sum * coding.unit()));
  std::vector<float> shares(static_cast<std::size_t>(format.slices())), slope_shares(shares.size());
  for (int read = 0; read < coding.reads(); ++read) {
    for (std::size_t slice = 0; slice < shares.size(); ++slice) {
      const double read_weight = coding.read_weight(read), slice_weight = format.slice_weight(static_cast<int>(slice));
      shares[slice] = static_cast<float>(read_weight * coding.unit() * slice_weight / slice_sum);
      slope_shares[slice] = static_cast<float>(read_weight * slice_weight);
    }
    for (Index r = 0; r < rows; ++r) {
      const float* grad = grad_y.row(first + r);
      const Index at = place(of, row_tile, read, first + r);
      float* lines = block.lines.row(read * rows + r).data();
      for (Index side = 0; side < 2; ++side) {
        float* line = lines + side * outputs;
        float* slopes = block.slopes.data() + side * outputs;
        for (std::size_t slice = 0; slice < shares.size(); ++slice) {
          const Index column = static_cast<Index>(slice) * columns + side * outputs;
          fill_line(outputs, slice == 0, shares[slice], slope_shares[slice], grad, of.gates.row(at).data() + column,
                    of.slopes.row(at).data() + column, line, slopes);
        }
      }
      if (!with_means) continue;
      float* means = block.line_means.row(r).data();
      for (Index j = 0; j < 2 * outputs; ++j) means[j] += mean * lines[j];
    }
  }
  double slopes = 0;
  for (Index j = 0; j < outputs; ++j) slopes += double{block.slopes(j)} - double{block.slopes(outputs + j)};
  scale_gradient_ += per_code * slopes;
}

void ConvertedProduct::backward(View<const float> x, View<const float> grad_y, View<float> grad_x,
                                View<float> grad_weights, Index group) const {
  if (form_ == ConversionForm::ideal) return Product<float>::backward(x, grad_y, grad_x, grad_weights, group);
  Applied& of = applied_[static_cast<std::size_t>(group)];
  require(with_way_back_ && x.rows == of.rows && grad_y.rows == of.rows, "the batch that was applied last goes back");
  const Tiles& tiles = layer_.tiles();
  const InputCoding& coding = scales_.coding;
  const Index outputs = tiles.outputs;
  const View<const float> codes = View<const float>(layer_.codes().codes).middle_rows(group * outputs, outputs);
  Matrix<float> on_line;  // [2 outputs, inputs]: weights on the line of their sign, and what g_min conducts on both
  if (grad_x.rows > 0) {
    const View<const float> stored = backward_weights().middle_rows(group * outputs, outputs);
    on_line.resize(2 * outputs, tiles.inputs);
    const CellFormat& format = layer_.options().format;
    double slices = 0;
    for (int slice = 0; slice < format.slices(); ++slice) slices += format.slice_weight(slice);
    const auto idle = static_cast<float>(layer_.pedestal() * slices * layer_.weight_unit());
    on_line << stored.map().cwiseMax(0.0F).array() + idle, stored.map().cwiseMin(0.0F).array() - idle;
  }
  BackwardBlock block;
  Matrix<float> by_line;  // [2 outputs, inputs of the tile]: derivatives by cells on the positive and the negative line
  for (Index tile = 0; tile < tiles.row_tiles(); ++tile) {
    const Index start = tiles.first_row(tile), count = tiles.row_count(tile);
    by_line.setZero(2 * outputs, count);
    for (Index first = 0; first < x.rows; first += kBackwardRows) {
      const Index rows = std::min(kBackwardRows, x.rows - first);
      fill_digits(block, x.block(first, start, rows, count));
      fill_lines(block, first, tile, grad_y, grad_x.rows > 0, of);
      multiply(View<const float>(block.lines), Transpose::yes, View<const float>(block.digits), Transpose::no, by_line,
               1.0F, 1.0F);
      if (grad_x.rows > 0)
        multiply(View<const float>(block.line_means), Transpose::no,
                 View<const float>(on_line).middle_cols(start, count), Transpose::no,
                 grad_x.block(first, start, rows, count));
    }
    for (Index j = 0; j < outputs; ++j) {
      const float* code = codes.row(j) + start;
      const float *positive = by_line.row(j).data(), *negative = by_line.row(outputs + j).data();
      float* gradient = grad_weights.row(j) + start;
      for (Index i = 0; i < count; ++i) {
        const float p = positive[i], n = negative[i];
        const float off = code[i] < 0 ? n : 0.5F * (p + n);
        gradient[i] += code[i] > 0 ? p : off;
      }
    }
  }
  if (grad_x.rows == 0) return;
  const auto full_scale = static_cast<float>(coding.full_scale);
  for (Index r = 0; r < x.rows; ++r)
    for (Index i = 0; i < x.cols; ++i)
      if (coding.bits > 0 && (x(r, i) < 0 || x(r, i) > full_scale)) grad_x(r, i) = 0;
}

}  // namespace ohmcarlo
