#include "crossbar/analog_sums.hpp"

#include <cmath>
#include <optional>

#include "base/error.hpp"
#include "crossbar/binary_sums.hpp"
#include "crossbar/cell_noise.hpp"
#include "crossbar/noisy_read.hpp"
#include "linalg/product.hpp"
#include "random/stream.hpp"

namespace ohmcarlo {
namespace {

std::span<float> row_span(Matrix<float>& matrix, Index row) {
  return {matrix.row(row).data(), static_cast<std::size_t>(matrix.cols())};
}

std::span<const float> row_span(const Matrix<float>& matrix, Index row) {
  return {matrix.row(row).data(), static_cast<std::size_t>(matrix.cols())};
}

}  // namespace

AnalogSums::AnalogSums(const ArrayLayer& layer, InputCodes& codes, const RowNames& rows, const ChipKey& chip,
                       bool dense)
    : layer_(layer),
      options_(layer.options()),
      codes_(codes),
      rows_(rows),
      chip_(chip),
      binary_(!dense && codes.coding().bits > 0 && codes.coding().read_bits == 1 && !layer.options().redrawn()),
      cells_form_(!layer.options().read_noise.zero() && layer.options().read_form == ReadForm::cells),
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
  binary_sums(View<const float>(layer_.column_levels()).middle_rows(first, count), planes, 0, sums_);
  const bool counted = counts_cells(planes.has_signs());
  if (options_.read_noise.constant() && !counted) return;
  std::optional<BitPlanes> magnitudes;
  if (planes.has_signs()) magnitudes = codes_.magnitude_planes(first, count, planes.bits());
  const auto sum_magnitudes = [&](const Matrix<float>& levels, Matrix<float>& sums) {
    sums.resize(sums_.rows(), sums_.cols());
    binary_sums(View<const float>(levels).middle_rows(first, count), magnitudes ? *magnitudes : planes, 0, sums);
  };
  if (!options_.read_noise.constant()) sum_magnitudes(layer_.column_variances(), variances_);  // (-1)^2 = 1
  if (counted) sum_magnitudes(conducting_levels(), conducted_);
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
      add_noisy_cells(layer_, chip_.key, read_address(chip_, Purpose::read_cell, rows_, first_ + r, read_), tile_,
                      {digits.row(r).data() + first, static_cast<std::size_t>(count)}, row_span(sums_, r));
  } else {
    layer_.column_sums(digits, tile_, sums_);
    if (!options_.read_noise.constant())
      sum_products(digits.middleCols(first, count).cwiseAbs2(), layer_.column_variances(), variances_);
  }
  if (counts_cells((digits.middleCols(first, count).array() < 0).any()))
    sum_products(digits.middleCols(first, count).cwiseAbs(), conducting_levels(), conducted_);
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
        negative && !layer_.single_ended() ? -1.0F : 1.0F,
        View<float>(sums_).block(0, layer_.first_column(0, negative), count, layer_.tiles().outputs));
}

float AnalogSums::shared_sd(Index r) {
  const Index first = layer_.tiles().first_row(tile_), count = layer_.tiles().row_count(tile_);
  digits_.resize(static_cast<std::size_t>(count));
  codes_.apply_digits(r, read_, first, digits_);
  float squares = 0;
  for (const float digit : digits_) squares += digit * digit;
  return std::fabs(options_.read_noise.c0) * std::sqrt(static_cast<float>(layer_.lines()) * squares);
}

bool AnalogSums::counts_cells(bool negative_digit) const {
  return options_.adc.noise.grows_with_cells() && (negative_digit || !layer_.single_ended());
}

const Matrix<float>& AnalogSums::conducting_levels() const {
  return layer_.single_ended() ? layer_.column_levels() : layer_.conducting_levels();
}

std::span<float> AnalogSums::take_row(Index r) {
  const std::span<float> sums = row_span(sums_, place(r));
  if (!options_.read_noise.zero() && !cells_form_) add_column_noise(r, sums);
  if (!options_.adc.noise.off()) add_converter_noise(r, sums);
  return sums;
}

void AnalogSums::add_column_noise(Index r, std::span<float> sums) {
  normals_.resize(sums.size());
  Stream(chip_.key, read_address(chip_, Purpose::read_column, rows_, first_ + r, read_))
      .normals(static_cast<std::uint64_t>(tile_ * noise_row_stride(layer_.width())), normals_);
  if (options_.read_noise.constant()) {
    const float sd = shared_sd(r);
    for (std::size_t j = 0; j < sums.size(); ++j) sums[j] += sd * normals_[j];
  } else {
    const std::span<const float> variances = row_span(variances_, place(r));
    for (std::size_t j = 0; j < sums.size(); ++j) sums[j] += std::sqrt(variances[j]) * normals_[j];
  }
}

void AnalogSums::add_converter_noise(Index r, std::span<float> sums) const {
  std::vector<float> digits(static_cast<std::size_t>(layer_.tiles().row_count(tile_)));
  codes_.apply_digits(r, read_, layer_.tiles().first_row(tile_), digits);
  double active = 0;
  bool negative = false;
  for (const float digit : digits) {
    active += std::fabs(digit);
    negative = negative || digit < 0;
  }
  const double most = codes_.coding().largest_applied();
  ArrayState array{layer_.full_scale(1, most), double{layer_.pedestal()} * most, layer_.lines() * (active / most)};
  if (counts_cells(negative)) array.conducted = row_span(conducted_, place(r));
  add_adc_noise(options_.adc.noise, array, chip_.key, read_address(chip_, Purpose::adc, rows_, first_ + r, read_),
                static_cast<std::uint64_t>(tile_ * noise_row_stride(layer_.width())), sums);
}

}  // namespace ohmcarlo
