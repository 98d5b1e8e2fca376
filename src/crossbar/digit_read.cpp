#include "crossbar/digit_read.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "crossbar/binary_sums.hpp"
#include "crossbar/sum_noise.hpp"

namespace ohmcarlo {

DigitRead::DigitRead(const ArrayLayer& layer, const InputCoding& coding, const ChipKey& chip, Index group)
    : layer_(layer), coding_(coding), chip_(chip), group_(group) {
  const ArrayOptions& options = layer.options();
  require(coding.bits > 0 && coding.read_bits == 1, "digits are single bits");
  require(!options.redrawn() && (options.read_noise.zero() || options.read_form == ReadForm::columns),
          "noise is drawn for columns");
}

void DigitRead::sum_levels(const Matrix<float>& levels, Index row_tile, bool magnitudes, std::span<float> sums) {
  const Tiles& tiles = layer_.tiles();
  const View<const float> cells =
      View<const float>(levels).middle_rows(tiles.first_row(row_tile), tiles.row_count(row_tile));
  const View<float> y(sums.data(), 1, std::ssize(sums));
  if (coding_.bipolar() && !magnitudes)
    binary_sums(cells, BitPlanes(View<const std::int8_t>(signed_), 1), 0, y);
  else
    binary_sums(cells, BitPlanes(View<const std::uint8_t>(bits_), 1), 0, y);
}

void DigitRead::sum(std::span<const float> digits, Index row_tile, std::uint32_t image, Index position, int read,
                    std::span<float> sums) {
  const auto width = static_cast<std::size_t>(layer_.width());
  require(std::ssize(digits) == layer_.tiles().row_count(row_tile) && sums.size() == width,
          "a read has a digit for each word line and a sum for each column");
  signed_.resize(1, std::ssize(digits));
  bits_.resize(1, std::ssize(digits));
  bool negative = false;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const auto digit = static_cast<int>(digits[i]);
    signed_.data()[i] = static_cast<std::int8_t>(digit);
    bits_.data()[i] = static_cast<std::uint8_t>(digit != 0);
    negative = negative || digit < 0;
  }
  sum_levels(layer_.column_levels(group_), row_tile, false, sums);

  const ArrayOptions& options = layer_.options();
  const TileRead one{layer_,   chip_,  read_event(image, position, read), group_,
                     row_tile, digits, coding_.largest_applied()};
  if (!options.read_noise.zero()) {
    if (!options.read_noise.constant()) {
      variances_.resize(width);
      sum_levels(layer_.column_variances(group_), row_tile, true, variances_);
    }
    add_column_noise(one, variances_, normals_, sums);
  }
  if (options.adc.noise.off()) return;
  if (counts_cells(layer_, negative)) {
    conducted_.resize(width);
    sum_levels(counted_levels(layer_, group_), row_tile, true, conducted_);
  }
  add_converter_noise(one, conducted_, sums);
}

}  // namespace ohmcarlo
