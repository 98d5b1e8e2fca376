#include "experiment/chip_cost.hpp"

#include <algorithm>

#include "training/method.hpp"

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

/// Nanoseconds.
struct ChipCost {
  double programming = 0;
  double image = 0;  ///< one of them
};

/// Of a multiply-accumulate of this layer.
double multiply(const Node& layer, bool arrays) {
  return !arrays && layer.operation->is_dense() ? kPackedMultiply : kMultiply;
}

ChipCost cost_of(const PointParts::Pair& point) {
  const Hardware& hardware = point.chip->hardware;
  const CellFormat& format = hardware.array.format;
  const double cells = hardware.arrays                                ? format.slices() * format.polarities()
                       : hardware.variation.sampler == Sampler::cells ? hardware.variation.cells()
                                                                      : 1;
  const double reads = hardware.arrays ? cells * count_reads(hardware.array.dac) : 1;
  ChipCost cost;
  for (const Node& layer : point.model->spec.layers) {
    if (!layer.has_weights()) continue;
    cost.programming += kDraw * cells * static_cast<double>(layer.weight_outputs() * layer.weight_inputs());
    cost.image += multiply(layer, hardware.arrays) * reads * static_cast<double>(layer.macs());
  }
  return cost;
}

}  // namespace

double cost_ratio(const PointParts::Pair& point) {
  const ChipCost cost = cost_of(point);
  return cost.image > 0 ? cost.programming / cost.image : 1;
}

double chip_nanoseconds(const PointParts::Pair& point, double images) {
  const ChipCost cost = cost_of(point);
  return cost.programming + images * cost.image;
}

double training_nanoseconds(const ModelPart& model, double images) {
  const TrainingOptions& options = model.training;
  const auto count_passes = entry_of(options.method).passes;
  const int passes = count_passes != nullptr ? count_passes(options) : 1;
  double image = 0;
  for (const Node& layer : model.spec.layers)
    if (layer.has_weights()) image += multiply(layer, false) * static_cast<double>(layer.macs());
  return 3 * image * images * (options.pretrain_epochs + passes * options.epochs);
}

}  // namespace ohmcarlo
