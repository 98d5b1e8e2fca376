// Reading the arrays of a layer: inputs to codes, digit by digit through every row tile, noise, conversion,
// shift-and-add.

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/error.hpp"
#include "crossbar/array_layer.hpp"
#include "crossbar/binary_sums.hpp"
#include "crossbar/bit_planes.hpp"
#include "crossbar/convert.hpp"
#include "crossbar/noisy_read.hpp"
#include "linalg/product.hpp"
#include "random/stream.hpp"

namespace ohmcarlo {
namespace {

/// Inputs read together. Batches are always full, padded with zeros, so that a product's shape and with it the last
/// bits of a result do not depend on how many inputs there are.
constexpr Index kBatch = 128;

template <class M>
auto row_span(M& matrix, Index row) {
  return std::span(matrix.row(row).data(), static_cast<std::size_t>(matrix.cols()));
}

/// What is applied digit by digit when nothing happens between the digits and the end of the sum: as many bits at a
/// time as keep every sum of whole numbers exact in float, in whatever order it is made.
InputCoding exact_coding(const InputCoding& coding, const ArrayLayer& layer) {
  if (coding.bits == 0 || coding.encoding == InputEncoding::twos_complement) return coding;
  InputCoding exact = coding;
  const double most = layer.full_scale(layer.tiles().rows, 1);
  exact.read_bits = std::max(1, static_cast<int>(std::floor(std::log2(0x1p24 / most + 1))));
  if (exact.read_bits >= exact.bits) exact.read_bits = 0;
  return exact;
}

BitPlanes bit_planes(const InputCoding& coding, const Matrix<float>& codes, Index first, Index count) {
  const auto part = codes.middleCols(first, count);
  if (coding.encoding == InputEncoding::sign_magnitude) {
    const Matrix<std::int16_t> whole = part.cast<std::int16_t>();
    return BitPlanes(View<const std::int16_t>(whole), coding.bits - 1);
  }
  const int mask = (1 << coding.bits) - 1;  // of a two's complement
  const Matrix<std::uint16_t> whole =
      part.unaryExpr([mask](float code) { return static_cast<std::uint16_t>(static_cast<int>(code) & mask); });
  return BitPlanes(View<const std::uint16_t>(whole), coding.bits);
}

}  // namespace

std::uint64_t read_event(std::uint32_t image, Index position, int read) {
  if (image >= 1U << 20 || position < 0 || position >= Index{1} << 16 || read >= 16)
    fail_usage("image {}, position {} of a read (allowed: below 1048576 and 65536)", image, position);
  return std::uint64_t{image} << 20 | static_cast<std::uint64_t>(position) << 4 | static_cast<std::uint64_t>(read);
}

/// One call of ArrayLayer::read.
class ArrayLayer::Reading {
 public:
  Reading(const ArrayLayer& layer, const RowNames& rows, const LayerScales& scales, const ChipKey& chip,
          const ReadTrace& trace)
      : layer_(layer), options_(layer.options()), rows_(rows), scales_(scales), chip_(chip), trace_(trace) {
    const bool linear = options_.adc.bits == 0 && options_.read_noise.zero() && options_.adc.noise.off() && !trace;
    coding_ = linear ? exact_coding(scales.coding, layer) : scales.coding;
    binary_ = !linear && coding_.bits > 0 && coding_.read_bits == 1 && !options_.redrawn();
    cells_form_ = !options_.read_noise.zero() && options_.read_form == ReadForm::cells;
    codes_.resize(kBatch, layer.tiles_.inputs);
    sums_.resize(kBatch * (binary_ ? coding_.reads() : 1), layer.width());
    total_.resize(kBatch, layer.columns_);
    in_codes_.resize(kBatch, layer.columns_);
    applied_.resize(kBatch, layer.tiles_.inputs);
  }

  /// Reads the rows first, first + 1, ... of x.
  void batch(View<const float> x, Index first, View<float> y) {
    first_ = first;
    count_ = x.rows;
    codes_.setZero();
    for (Index r = 0; r < count_; ++r)
      coding_.encode({x.row(r), static_cast<std::size_t>(x.cols)}, row_span(codes_, r));
    total_.setZero();
    for (Index tile = 0; tile < layer_.tiles_.row_tiles(); ++tile) read_tile(tile);
    finish(y);
  }

  ConversionCounts counts;

 private:
  void read_tile(Index tile) {
    const Index first = layer_.tiles_.first_row(tile), count = layer_.tiles_.row_count(tile);
    in_codes_.setZero();
    make_converter(tile);
    factors_ = 0;
    if (binary_ && !cells_form_) {
      const BitPlanes planes = bit_planes(coding_, codes_, first, count);
      binary_sums(View<const float>(layer_.cells_).middle_rows(first, count), planes, 0, sums_);
      variances_of(planes, first, count);
      for (int read = 0; read < coding_.reads(); ++read)
        for (Index r = 0; r < count_; ++r) convert(tile, read, r, r * coding_.reads() + read);
    } else {
      for (int read = 0; read < coding_.reads(); ++read) {
        coding_.applied({codes_.data(), static_cast<std::size_t>(codes_.size())}, read,
                        {applied_.data(), static_cast<std::size_t>(applied_.size())});
        if (cells_form_) {
          sums_.topRows(count_).setZero();
          for (Index r = 0; r < count_; ++r) noisy_sums(tile, read, r);
        } else {
          layer_.column_sums(applied_, tile, sums_);
          variances_of(applied_, first, count);
        }
        if (options_.redrawn()) add_redrawn(first, count);
        for (Index r = 0; r < count_; ++r) convert(tile, read, r, r);
      }
    }
    for (int read = 0; read < coding_.reads(); ++read)
      for (int slice = 0; slice < options_.format.slices(); ++slice) factors_ += factor(read, slice);
    if (options_.adc.bits > 0)
      total_.array() +=
          (in_codes_.array().rowwise() * lsb_.transpose().array()).rowwise() + factors_ * zero_.transpose().array();
  }

  /// What cells that vary at every read add to the sums: the same for all digits of an input vector.
  void add_redrawn(Index first, Index count) {
    require(rows_.first_position == 0, "cells that vary at every read belong to no sequences");
    std::vector<std::uint64_t> elements(static_cast<std::size_t>(count_));
    for (Index r = 0; r < count_; ++r) {
      const Index row = first_ + r;
      elements[static_cast<std::size_t>(r)] =
          std::uint64_t{rows_.images[static_cast<std::size_t>(row / rows_.positions)]} *
              static_cast<std::uint64_t>(rows_.positions) +
          static_cast<std::uint64_t>(row % rows_.positions);
    }
    const Matrix<float> x = applied_.block(0, first, count_, count).transpose();
    const SlicePlanes& planes = layer_.planes_.front();
    for (const bool negative : {false, true})
      (negative ? layer_.redrawn_negative_ : layer_.redrawn_)
          .add(options_.cells.range, options_.cells.clip, chip_.key, elements, x, first,
               negative ? planes.negative : planes.positive, negative && !layer_.single_ended() ? -1.0F : 1.0F,
               View<float>(sums_).block(0, layer_.first_column(0, negative), count_, layer_.tiles_.outputs));
  }

  [[nodiscard]] double factor(int read, int slice) const {
    return coding_.read_weight(read) * options_.format.slice_weight(slice);
  }

  void make_converter(Index tile) {
    if (options_.adc.bits == 0) return;
    std::vector<Quantiser> quantisers;
    lsb_.resize(layer_.columns_);
    zero_.resize(layer_.columns_);
    for (Index c = 0; c < layer_.columns_; ++c) {
      quantisers.push_back(scales_.quantisers[layer_.granule(tile, c)]);
      lsb_(c) = quantisers.back().lsb();
      zero_(c) = quantisers.back().zero();
    }
    one_.reset();
    each_.reset();
    if (options_.adc.granularity == Granularity::layer)
      one_ = quantisers.front();
    else
      each_.emplace(quantisers);
  }

  /// sd of a column's sum where noise is the same for every cell: that of one cell times the root of the squared
  /// inputs.
  [[nodiscard]] float shared_sd(Index tile, int read, Index r) {
    const Index first = layer_.tiles_.first_row(tile), count = layer_.tiles_.row_count(tile);
    digits_.resize(static_cast<std::size_t>(count));
    coding_.applied(row_span(codes_, r).subspan(static_cast<std::size_t>(first), digits_.size()), read, digits_);
    float squares = 0;
    for (const float digit : digits_) squares += digit * digit;
    const bool pair = layer_.has_partner() && !layer_.single_ended();
    return std::fabs(options_.read_noise.c0) * std::sqrt(pair ? 2 * squares : squares);
  }

  void variances_of(const BitPlanes& planes, Index first, Index count) {
    if (options_.read_noise.constant()) return;
    const View<const float> cells = View<const float>(layer_.variances_).middle_rows(first, count);
    variances_.resize(sums_.rows(), sums_.cols());
    if (!planes.has_signs()) return binary_sums(cells, planes, 0, variances_);
    // (-1)^2 = 1: the magnitudes alone.
    const Matrix<std::uint16_t> magnitudes = codes_.middleCols(first, count).cwiseAbs().cast<std::uint16_t>();
    binary_sums(cells, BitPlanes(View<const std::uint16_t>(magnitudes), planes.bits()), 0, variances_);
  }

  void variances_of(const Matrix<float>& applied, Index first, Index count) {
    if (options_.read_noise.constant()) return;
    const Matrix<float> squares = applied.middleCols(first, count).cwiseAbs2();
    variances_.resize(sums_.rows(), sums_.cols());
    multiply(View<const float>(squares), Transpose::no, View<const float>(layer_.variances_).middle_rows(first, count),
             Transpose::no, variances_);
  }

  [[nodiscard]] Address read_address(Purpose purpose, Index r, int read) const {
    const Index row = first_ + r;
    Address address = chip_.address;
    address.purpose = purpose;
    address.event = read_event(rows_.images[static_cast<std::size_t>(row / rows_.positions)],
                               rows_.first_position + row % rows_.positions, read);
    return address;
  }

  /// Sums of row r with the noise of every cell.
  void noisy_sums(Index tile, int read, Index r) {
    const Index first = layer_.tiles_.first_row(tile), count = layer_.tiles_.row_count(tile);
    Address address = read_address(Purpose::read_cell, r, read);
    Vector<float> x = applied_.row(r).segment(first, count).transpose();
    const auto input = [&] { return std::span<const float>(x.data(), static_cast<std::size_t>(count)); };
    const float shared = layer_.pedestal() * x.sum();
    if (layer_.pedestal() != 0) sums_.row(r).array() += shared;
    for (int slice = 0; slice < options_.format.slices(); ++slice) {
      const SlicePlanes& planes = layer_.planes_[static_cast<std::size_t>(slice)];
      address.slice = static_cast<std::uint32_t>(slice);
      for (const bool negative : {false, true}) {
        const Matrix<float>& cells = negative ? planes.negative : planes.positive;
        if (cells.size() == 0) continue;
        address.negative = negative;
        const Stream noise(chip_.key, address);
        const auto sums = row_span(sums_, r).subspan(static_cast<std::size_t>(layer_.first_column(slice, negative)),
                                                     static_cast<std::size_t>(cells.cols()));
        const bool subtract = negative && !layer_.single_ended();
        if (!options_.wires.ideal()) {
          wired_sums(noise, tile, cells, input(), subtract ? -1.0F : 1.0F, sums);
        } else if (options_.format.mapping == Mapping::sign_magnitude) {
          signed_sums(noise, first, cells, input(), sums);
        } else {
          if (subtract) x = -x;
          add_noisy_read(noise, first, options_.read_noise, View<const float>(cells).middle_rows(first, count), input(),
                         sums);
          if (subtract) x = -x;
        }
      }
    }
  }

  /// Stacks whose sign is digital.
  void signed_sums(const Stream& noise, Index first, const Matrix<float>& cells, std::span<const float> x,
                   std::span<float> sums) const {
    std::vector<float> normals(sums.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (x[i] == 0) continue;
      const Index input = first + static_cast<Index>(i);
      noise.normals(static_cast<std::uint64_t>(input * noise_row_stride(cells.cols())), normals);
      for (std::size_t j = 0; j < sums.size(); ++j) {
        const auto output = static_cast<Index>(j);
        const float cell = cells(input, output) + options_.read_noise(cells(input, output)) * normals[j];
        sums[j] += (layer_.codes_.codes(output, input) < 0 ? -x[i] : x[i]) * cell;
      }
    }
  }

  /// With wires, noise changes the whole circuit: it is solved anew. What conducts less than nothing conducts nothing.
  void wired_sums(const Stream& noise, Index tile, const Matrix<float>& cells, std::span<const float> x, float sign,
                  std::span<float> sums) const;

  /// Adds what is left of the noise to row `from` of the sums, converts it and adds it up for input r.
  void convert(Index tile, int read, Index r, Index from) {
    const std::span<float> sums = row_span(sums_, from);
    if (!options_.read_noise.zero() && !cells_form_) {
      normals_.resize(sums.size());
      Stream(chip_.key, read_address(Purpose::read_column, r, read))
          .normals(static_cast<std::uint64_t>(tile * noise_row_stride(layer_.width())), normals_);
      if (options_.read_noise.constant()) {
        const float sd = shared_sd(tile, read, r);
        for (std::size_t j = 0; j < sums.size(); ++j) sums[j] += sd * normals_[j];
      } else {
        const std::span<const float> variances = row_span(variances_, from);
        for (std::size_t j = 0; j < sums.size(); ++j) sums[j] += std::sqrt(variances[j]) * normals_[j];
      }
    }
    if (!options_.adc.noise.off()) add_converter_noise(tile, read, r, sums);
    if (trace_) trace_(first_ + r, tile, read, sums);
    const auto columns = static_cast<std::size_t>(layer_.columns_);
    for (int slice = 0; slice < options_.format.slices(); ++slice) {
      const std::span<const float> part = sums.subspan(static_cast<std::size_t>(slice) * columns, columns);
      const double f = factor(read, slice);
      if (options_.adc.bits == 0) {
        const std::span<double> total = row_span(total_, r);
        for (std::size_t c = 0; c < columns; ++c) total[c] += f * double{part[c]};
        continue;
      }
      counts.conversions += static_cast<double>(columns);
      counts.saturated += static_cast<double>(one_ ? add_codes(*one_, part, f, row_span(in_codes_, r))
                                                   : add_codes(*each_, part, f, row_span(in_codes_, r)));
    }
  }

  void add_converter_noise(Index tile, int read, Index r, std::span<float> sums) {
    const Index first = layer_.tiles_.first_row(tile), count = layer_.tiles_.row_count(tile);
    std::vector<float> values(static_cast<std::size_t>(layer_.tiles_.inputs));
    coding_.applied(row_span(codes_, r), read, values);
    double active = 0;
    for (Index i = first; i < first + count; ++i) active += std::fabs(values[static_cast<std::size_t>(i)]);
    const double most = coding_.largest_applied();
    const ArrayState array{layer_.full_scale(1, most), double{layer_.pedestal()} * most, active / most};
    add_adc_noise(options_.adc.noise, array, chip_.key, read_address(Purpose::adc, r, read),
                  static_cast<std::uint64_t>(tile * noise_row_stride(layer_.width())), sums);
  }

  void finish(View<float> y) {
    const double per_code = options_.format.steps_per_code();
    const double unit = layer_.codes_.unit / per_code * coding_.unit();
    for (Index r = 0; r < count_; ++r)
      for (Index j = 0; j < layer_.tiles_.outputs; ++j) {
        double steps = total_(r, j) - coding_.shift() * per_code * layer_.code_sums_(j);
        if (layer_.single_ended()) steps -= total_(r, layer_.partner(j));
        y(r, j) = static_cast<float>(steps * unit);
      }
  }

  const ArrayLayer& layer_;
  const ArrayOptions& options_;
  const RowNames& rows_;
  const LayerScales& scales_;
  const ChipKey& chip_;
  const ReadTrace& trace_;
  InputCoding coding_;
  bool binary_ = false;
  bool cells_form_ = false;
  Index first_ = 0, count_ = 0;  ///< of the rows of this batch
  Matrix<float> codes_;          ///< [batch, inputs]
  Matrix<float> applied_;        ///< [batch, inputs] of one digit
  Matrix<float> sums_;           ///< [batch * digits or batch, width]
  Matrix<float> variances_;      ///< the same shape
  Matrix<double> in_codes_;      ///< [batch, columns] of one row tile, in codes of the converters
  Matrix<double> total_;         ///< [batch, columns] in steps times input codes
  std::vector<float> normals_;
  std::vector<float> digits_;
  std::optional<Quantiser> one_;
  std::optional<ColumnQuantisers> each_;
  Vector<double> lsb_, zero_;  ///< of the converters of this row tile
  double factors_ = 0;         ///< sum of all digits' and slices' weights
};

void ArrayLayer::Reading::wired_sums(const Stream& noise, Index tile, const Matrix<float>& cells,
                                     std::span<const float> x, float sign, std::span<float> sums) const {
  const CellRange& range = options_.cells.range;
  const Index first = layer_.tiles_.first_row(tile);
  const auto rows = static_cast<Index>(x.size());
  Matrix<double> siemens(rows, cells.cols());
  Matrix<double> volts(1, rows);
  std::vector<float> normals(static_cast<std::size_t>(cells.cols()));
  for (Index i = 0; i < rows; ++i) {
    volts(0, i) = x[static_cast<std::size_t>(i)];
    noise.normals(static_cast<std::uint64_t>((first + i) * noise_row_stride(cells.cols())), normals);
    for (Index j = 0; j < cells.cols(); ++j) {
      const float steps =
          cells(first + i, j) + options_.read_noise(cells(first + i, j)) * normals[static_cast<std::size_t>(j)];
      siemens(i, j) = std::max(range.siemens(steps), 0.0);
    }
  }
  const double through_g_min = range.g_min * volts.sum();
  // Columns of one array share their wires. There are no reference columns here: the constructor refuses them.
  for (Index c = 0; c < layer_.tiles_.column_tiles(); ++c) {
    const Index column = layer_.tiles_.first_column(c), count = layer_.tiles_.column_count(c);
    const Matrix<double> part = siemens.middleCols(column, count);
    const Matrix<double> currents = WiredArray(View<const double>(part), options_.wires).currents(volts);
    for (Index j = 0; j < count; ++j)
      sums[static_cast<std::size_t>(column + j)] +=
          sign * static_cast<float>((currents(0, j) - through_g_min) / range.step());
  }
}

void ArrayLayer::read(View<const float> x, const RowNames& rows, const LayerScales& scales, const ChipKey& chip,
                      View<float> y, ConversionCounts* counts, const ReadTrace& trace) const {
  require(x.cols == tiles_.inputs && y.cols == tiles_.outputs && x.rows == y.rows, "inputs and outputs fit the layer");
  require(static_cast<Index>(rows.images.size()) * rows.positions >= x.rows, "every row has a name");
  Reading reading(*this, rows, scales, chip, trace);
  for (Index first = 0; first < x.rows; first += kBatch) {
    const Index count = std::min(kBatch, x.rows - first);
    reading.batch(x.middle_rows(first, count), first, y.middle_rows(first, count));
  }
  if (counts != nullptr) {
    counts->conversions += reading.counts.conversions;
    counts->saturated += reading.counts.saturated;
  }
}

}  // namespace ohmcarlo
