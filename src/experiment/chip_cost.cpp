#include "experiment/chip_cost.hpp"

#include <algorithm>

namespace ohmcarlo {
namespace {

// Nanoseconds of one core, each rounded to one digit: decisions/0009-samples-of-images.md.
constexpr double kDraw = 2;               ///< a normal number for a cell, and what is made of it
constexpr double kPackedMultiply = 0.02;  ///< a multiply-accumulate of a plain product
constexpr double kMultiply = 0.1;         ///< the same in convolutions, recurrent layers, and on arrays

/// Reads of an array for one input: one for every group of bits that is applied.
double count_reads(const DacOptions& dac) {
  return static_cast<double>(dac.coding.reads());
}

}  // namespace

double cost_ratio(const PointParts::Pair& point) {
  const Hardware& hardware = point.chip->hardware;
  const CellFormat& format = hardware.array.format;
  const double cells = hardware.arrays                                ? format.slices() * format.polarities()
                       : hardware.variation.sampler == Sampler::cells ? hardware.variation.cells()
                                                                      : 1;
  const double reads = hardware.arrays ? cells * count_reads(hardware.array.dac) : 1;
  double programming = 0, image = 0;
  for (const Node& layer : point.model->spec.layers) {
    if (!layer.has_weights()) continue;
    programming += kDraw * cells * static_cast<double>(layer.weight_outputs() * layer.weight_inputs());
    const bool is_plain = !hardware.arrays && layer.operation->is_dense();
    image += (is_plain ? kPackedMultiply : kMultiply) * reads * static_cast<double>(layer.macs());
  }
  return image > 0 ? programming / image : 1;
}

}  // namespace ohmcarlo
