#include "chip/array_calibration.hpp"

#include <stdexcept>

#include <fmt/format.h>

#include "chip/polled_read.hpp"
#include "crossbar/calibration.hpp"
#include "crossbar/self_check.hpp"

namespace ohmcarlo {
namespace {

/// The scales of layer number `layer` with the converter ranges that it has in `range_from`, if that is given.
LayerScales with_ranges(LayerScales own, const std::optional<std::vector<LayerScales>>& range_from, std::size_t layer) {
  if (!range_from) return own;
  const LayerScales& other = range_from->at(layer);
  require(other.quantisers.size() == own.quantisers.size(), "ranges are taken from a network of the same shape");
  // Ranges are in the unit of codes that are applied.
  if (other.coding.largest_applied() != own.coding.largest_applied() || other.coding.bipolar() != own.coding.bipolar())
    throw std::runtime_error(fmt::format(
        "layer {}: its inputs can be negative in one of the networks only, so that it cannot have the other "
        "one's converter ranges (hardware.dac.encoding decides)",
        layer + 1));
  own.quantisers = other.quantisers;
  return own;
}

/// Programming has not happened, reads and conversions are silent.
ArrayOptions without_noise(ArrayOptions arrays) {
  arrays.read_noise = {};
  arrays.adc.noise = {};
  return arrays;
}

/// Places of the weight layers among all layers, and the number of layers behind them.
std::vector<std::size_t> weight_layer_places(const NetworkSpec& spec) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < spec.layers.size(); ++i)
    if (spec.layers[i].has_weights()) places.push_back(i);
  places.push_back(spec.layers.size());
  return places;
}

/// The scales of the weight layer at place `place`, which is described by `spec`, from the inputs that reach it.
LayerScales calibrate_layer(CalibrationWalk& walk, std::size_t place, const Node& spec, const ArrayLayer& ideal,
                            View<const float> clean, TrainedScale trained, const Poll& poll) {
  Calibration calibration(ideal, trained);
  const auto show_inputs = [&](const auto& to) {
    walk.show_inputs(place, [&](const NamedSamples& samples, NamedCall call, View<const float> x, View<float> y) {
      poll();
      visit_named_rows(samples, spec, call, x.rows, [&](Index row, Index rows, const RowNames& names) {
        to(x.middle_rows(row, rows), names.group);
      });
      // A recurrent layer goes on from what it gives; of other layers the outputs are not looked at.
      if (spec.operation->is_recurrent())
        MatrixProduct<float>(clean).apply(x, y, call.group);
      else
        y.map().setZero();
    });
  };
  show_inputs([&](View<const float> x, Index) { calibration.see_inputs(x); });
  if (calibration.needs_sums()) show_inputs([&](View<const float> x, Index group) { calibration.see_sums(x, group); });
  return calibration.scales();
}

}  // namespace

std::vector<LayerScales> calibrate_layers(const NetworkSpec& spec, const Parameters<float>& clean,
                                          const ArrayOptions& arrays, CalibrationWalk walk,
                                          const std::optional<std::vector<LayerScales>>& range_from,
                                          const ConverterScales<float>& trained, const Poll& poll) {
  const ArrayOptions quiet = without_noise(arrays);
  const std::vector<std::size_t> places = weight_layer_places(spec);
  walk.advance(0, places.front(), {});
  std::vector<LayerScales> scales;
  for (std::size_t i = 0; i + 1 < places.size(); ++i) {
    poll();
    const Node& layer = spec.layers[places[i]];
    const View<const float> weights(clean[i].weights);
    const ArrayLayer ideal(options_of_layer(quiet, i, clean.size()), weights, false, layer.weight_groups());
    TrainedScale scale;
    if (!trained.empty())
      scale = {double{trained.adc(static_cast<Index>(i))}, double{trained.dac(static_cast<Index>(i))}};
    scales.push_back(with_ranges(calibrate_layer(walk, places[i], layer, ideal, weights, scale, poll), range_from, i));
    const auto read = [&](const NamedSamples& samples, NamedCall call, View<const float> x, View<float> y) {
      read_named_rows(samples, layer, call, x, y,
                      [&](Index row, View<const float> part, const RowNames& names, View<float> result) {
                        if (samples.numbers.front() == 0 && call.number == call.group && row == 0)
                          check_chain(ideal, part, scales.back(), call.group);
                        read_polled(ideal, part, names, scales.back(), {}, result, nullptr, poll);
                      });
    };
    walk.advance(places[i], places[i + 1], read);
  }
  return scales;
}

}  // namespace ohmcarlo
