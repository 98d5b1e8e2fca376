#include "crossbar/analog_sums.hpp"

#include <algorithm>
#include <optional>

#include "base/error.hpp"
#include "crossbar/binary_sums.hpp"
#include "crossbar/cell_noise.hpp"
#include "crossbar/sum_noise.hpp"
#include "linalg/product.hpp"

namespace ohmcarlo {
namespace {

std::span<float> row_span(Matrix<float>& matrix, Index row) {
  return {matrix.row(row).data(), static_cast<std::size_t>(matrix.cols())};
}

std::span<const float> row_span(const Matrix<float>& matrix, Index row) {
  return {matrix.row(row).data(), static_cast<std::size_t>(matrix.cols())};
}

/// Whether digits are bits, whose sums are looked up.
bool adds_bits(const ArrayOptions& options, const InputCoding& coding, bool dense) {
  return !dense && coding.bits > 0 && coding.read_bits == 1 && !options.redrawn();
}

bool draws_cells(const ArrayOptions& options) {
  return !options.read_noise.zero() && options.read_form == ReadForm::cells;
}

}  // namespace

Index AnalogSums::rows_together(const ArrayLayer& layer, const InputCoding& coding, bool dense) {
  constexpr Index kFewest = 16, kMost = 128;
  if (!adds_bits(layer.options(), coding, dense) || draws_cells(layer.options())) return kMost;
  // The sums of all reads stay in the second-level cache until they are converted.
  constexpr Index kSums = 512 * 1024 / sizeof(float);
  return std::clamp(kSums / std::max(layer.width() * coding.reads(), Index{1}), kFewest, kMost);
}

AnalogSums::AnalogSums(const ArrayLayer& layer, InputCodes& codes, const RowNames& rows, const ChipKey& chip,
                       bool dense)
    : layer_(layer),
      options_(layer.options()),
      codes_(codes),
      rows_(rows),
      chip_(chip),
      binary_(adds_bits(layer.options(), codes.coding(), dense)),
      cells_form_(draws_cells(layer.options())),
      sums_(codes.rows() * (binary_ ? codes.coding().reads() : 1), layer.width()) {}

void AnalogSums::read_tile(Index first, Index row_tile, int read) {
  first_ = first;
  tile_ = row_tile;
  read_ = read;
  if (!all_reads_at_once())
    sum_digits();
  else if (read == 0)
    sum_bits();
}

void AnalogSums::sum_bits() {
  const Index first = layer_.tiles().first_row(tile_), count = layer_.tiles().row_count(tile_);
  const BitPlanes planes = codes_.bit_planes(first, count);
  const auto part = [&](Matrix<float>& sums) { return View<float>(sums).middle_rows(0, planes.vectors()); };
  binary_sums(View<const float>(layer_.column_levels(rows_.group)).middle_rows(first, count), planes, 0, part(sums_));
  const bool counted = counts_cells(layer_, planes.has_signs());
  if (options_.read_noise.constant() && !counted) return;
  std::optional<BitPlanes> magnitudes;
  if (planes.has_signs()) magnitudes = codes_.magnitude_planes(first, count, planes.bits());
  const auto sum_magnitudes = [&](const Matrix<float>& levels, Matrix<float>& sums) {
    sums.resize(sums_.rows(), sums_.cols());
    binary_sums(View<const float>(levels).middle_rows(first, count), magnitudes ? *magnitudes : planes, 0, part(sums));
  };
  if (!options_.read_noise.constant()) sum_magnitudes(layer_.column_variances(rows_.group), variances_);  // (-1)^2 = 1
  if (counted) sum_magnitudes(counted_levels(layer_, rows_.group), conducted_);
}

void AnalogSums::sum_products(const Matrix<float>& inputs, const Matrix<float>& levels, Matrix<float>& sums) const {
  const Index first = layer_.tiles().first_row(tile_), count = layer_.tiles().row_count(tile_);
  sums.resize(inputs.rows(), sums_.cols());
  multiply(View<const float>(inputs), Transpose::no, View<const float>(levels).middle_rows(first, count), Transpose::no,
           sums);
}

void AnalogSums::sum_digits() {
  const Index first = layer_.tiles().first_row(tile_), count = layer_.tiles().row_count(tile_);
  const Matrix<float>& digits = codes_.apply_digits(read_);
  if (cells_form_) {
    sums_.topRows(codes_.count()).setZero();
    for (Index r = 0; r < codes_.count(); ++r)
      add_noisy_cells(layer_, chip_.key, read_address(chip_, Purpose::read_cell, rows_, first_ + r, read_), rows_.group,
                      tile_, {digits.row(r).data() + first, static_cast<std::size_t>(count)}, row_span(sums_, r));
  } else {
    layer_.column_sums(digits, rows_.group, tile_, sums_);
    if (!options_.read_noise.constant())
      sum_products(digits.middleCols(first, count).cwiseAbs2(), layer_.column_variances(rows_.group), variances_);
  }
  if (counts_cells(layer_, (digits.middleCols(first, count).array() < 0).any()))
    sum_products(digits.middleCols(first, count).cwiseAbs(), counted_levels(layer_, rows_.group), conducted_);
  if (options_.redrawn()) add_redrawn(digits);
}

void AnalogSums::add_redrawn(const Matrix<float>& digits) {
  require(rows_.first_position == 0, "cells that vary at every read belong to no sequences");
  const Index first = layer_.tiles().first_row(tile_), rows = layer_.tiles().row_count(tile_);
  const Index count = codes_.count();
  std::vector<std::uint64_t> elements(static_cast<std::size_t>(count));
  for (Index r = 0; r < count; ++r)
    elements[static_cast<std::size_t>(r)] =
        std::uint64_t{rows_.image(first_ + r)} * static_cast<std::uint64_t>(rows_.positions) +
        static_cast<std::uint64_t>(rows_.position(first_ + r));
  const Matrix<float> x = digits.block(0, first, count, rows).transpose();
  for (const bool negative : {false, true})
    layer_.redrawn_cells(negative).add(
        options_.cells.range, options_.cells.clip, chip_.key, elements, x, first, layer_.cell_levels(0, negative),
        negative && !layer_.single_ended() ? -1.0F : 1.0F, rows_.group * layer_.tiles().outputs,
        View<float>(sums_).block(0, layer_.first_column(0, negative), count, layer_.tiles().outputs));
}

std::span<float> AnalogSums::take_row(Index r) {
  const std::span<float> sums = row_span(sums_, place(r));
  const bool column_noise = !options_.read_noise.zero() && !cells_form_, converter_noise = !options_.adc.noise.off();
  if (!column_noise && !converter_noise) return sums;
  TileRead read{layer_,
                chip_,
                read_event(rows_.image(first_ + r), rows_.position(first_ + r), read_),
                rows_.group,
                tile_,
                {},
                codes_.coding().largest_applied()};
  if (converter_noise || options_.read_noise.constant()) {
    digits_.resize(static_cast<std::size_t>(layer_.tiles().row_count(tile_)));
    codes_.apply_digits(r, read_, layer_.tiles().first_row(tile_), digits_);
    read.digits = digits_;
  }
  const auto row_of = [&](const Matrix<float>& matrix) {
    return matrix.size() > 0 ? row_span(matrix, place(r)) : std::span<const float>();
  };
  if (column_noise) add_column_noise(read, row_of(variances_), normals_, sums);
  if (converter_noise) add_converter_noise(read, row_of(conducted_), sums);
  return sums;
}

}  // namespace ohmcarlo
