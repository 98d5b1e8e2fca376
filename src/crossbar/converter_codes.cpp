#include "crossbar/converter_codes.hpp"

#include <vector>

namespace ohmcarlo {

ConverterCodes::ConverterCodes(const ArrayLayer& layer, Index group, const LayerScales& scales, Index rows)
    : layer_(layer),
      group_(group),
      scales_(scales),
      lsb_(layer.columns()),
      zero_(layer.columns()),
      codes_(rows, layer.columns()) {}

void ConverterCodes::start_tile(Index row_tile, Index rows) {
  codes_.topRows(rows).setZero();
  std::vector<Quantiser> quantisers;
  for (Index c = 0; c < layer_.columns(); ++c) {
    quantisers.push_back(scales_.quantisers[layer_.granule(row_tile, c, group_)]);
    lsb_(c) = quantisers.back().lsb();
    zero_(c) = quantisers.back().zero();
  }
  one_.reset();
  each_.reset();
  if (layer_.options().adc.granularity == Granularity::layer)
    one_ = quantisers.front();
  else
    each_.emplace(quantisers);
}

void ConverterCodes::convert(Index r, std::span<const float> sums, double weight) {
  const std::span<double> codes(codes_.row(r).data(), static_cast<std::size_t>(codes_.cols()));
  counts_.conversions += static_cast<double>(sums.size());
  counts_.saturated +=
      static_cast<double>(one_ ? add_codes(*one_, sums, weight, codes) : add_codes(*each_, sums, weight, codes));
}

}  // namespace ohmcarlo
