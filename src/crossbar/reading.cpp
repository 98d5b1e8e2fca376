// Reading the arrays of a layer: input codes, digit by digit through every row tile, conversion, shift-and-add.

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/error.hpp"
#include "crossbar/accumulation.hpp"
#include "crossbar/analog_sums.hpp"
#include "crossbar/array_layer.hpp"
#include "crossbar/converter_codes.hpp"
#include "crossbar/input_codes.hpp"

namespace ohmcarlo {
namespace {

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

/// Whether sums go on as they are: without converters, noise, and anyone who looks at them.
bool is_linear(const ArrayOptions& options, const ReadTrace& trace, const SumConverter& converter) {
  return options.adc.bits == 0 && options.read_noise.zero() && options.adc.noise.off() && !trace && !converter;
}

}  // namespace

void ArrayLayer::read(View<const float> x, const RowNames& rows, const LayerScales& scales, const ChipKey& chip,
                      View<float> y, ConversionCounts* counts, const ReadTrace& trace,
                      const SumConverter& converter) const {
  require(x.cols == tiles_.inputs && y.cols == tiles_.outputs && x.rows == y.rows && rows.group < groups_,
          "inputs and outputs fit a group of the layer");
  require(static_cast<Index>(rows.images.size()) * rows.positions >= x.rows, "every row has a name");
  const bool linear = is_linear(options_, trace, converter);
  const InputCoding coding = linear ? exact_coding(scales.coding, *this) : scales.coding;
  const Index together = AnalogSums::rows_together(*this, coding, linear);
  InputCodes codes(coding, together, tiles_.inputs);
  AnalogSums analog(*this, codes, rows, chip, linear);
  std::optional<ConverterCodes> converters;
  if (options_.adc.bits > 0 && !converter) converters.emplace(*this, rows.group, scales, together);
  Accumulation total(*this, rows.group, coding, together);
  const auto columns = static_cast<std::size_t>(columns_);
  const int reads = coding.reads();
  std::vector<double> weights(static_cast<std::size_t>(options_.format.slices()));  // of the codes of one read

  for (Index first = 0; first < x.rows; first += together) {
    const Index count = std::min(together, x.rows - first);
    codes.encode(x.middle_rows(first, count));
    total.clear();
    for (Index tile = 0; tile < tiles_.row_tiles(); ++tile) {
      if (converters) converters->start_tile(tile, count);
      for (int read = 0; read < reads; ++read) {
        analog.read_tile(first, tile, read);
        for (std::size_t slice = 0; slice < weights.size(); ++slice)
          weights[slice] = total.weight(read, static_cast<int>(slice));
        for (Index r = 0; r < count; ++r) {
          const std::span<float> sums = analog.take_row(r);
          if (trace) trace(first + r, tile, read, sums);
          if (converter) converter(first + r, tile, read, sums);
          for (std::size_t slice = 0; slice < weights.size(); ++slice) {
            const auto part = sums.subspan(slice * columns, columns);
            if (converters)
              converters->convert(r, part, weights[slice]);
            else
              total.add_sums(r, part, weights[slice]);
          }
        }
      }
      if (converters) total.add_codes(*converters, count);
    }
    total.write_outputs(y.middle_rows(first, count));
  }
  if (counts != nullptr && converters) {
    counts->conversions += converters->counts().conversions;
    counts->saturated += converters->counts().saturated;
  }
}

}  // namespace ohmcarlo
