#include "chip/trained_ranges.hpp"

#include <fmt/format.h>

namespace ohmcarlo {
namespace {

/// By whether converters are single-ended.
constexpr const char* kSeen[] = {"both signs", "single lines"};

}  // namespace

std::string why_not_trained(const ArrayOptions& arrays, const std::vector<Node>& weight_layers,
                            const ConverterScales<float>& trained) {
  if (arrays.adc.bits == 0 || arrays.adc.range != RangeKind::trained) return {};
  if (trained.empty())
    return "'hardware.adc.range' is \"trained\", but the network was trained without converters (allowed: "
           "training.method ste-adc, concrete-adc or crossbar-aware, or weights of such a training)";
  if (trained.adc_bits != arrays.adc.bits)
    return fmt::format("'hardware.adc.bits' is {}, but the network was trained with converters of {} bits",
                       arrays.adc.bits, trained.adc_bits);
  if (trained.differential == arrays.single_ended())
    return fmt::format(
        "converters of this hardware see sums of {}, but the network was trained with those that see sums of {} "
        "(allowed: hardware.mapping and hardware.adc.sensing of the training)",
        kSeen[arrays.single_ended()], kSeen[!trained.differential]);
  const InputEncoding encoding = arrays.dac.coding.encoding;
  for (std::size_t i = 0; i < weight_layers.size(); ++i) {
    if (options_of_layer(arrays, i, weight_layers.size()).adc.bits == 0) continue;
    if (!(trained.adc(static_cast<Index>(i)) > 0))
      return fmt::format("layer {} was trained without a converter (allowed: its number, {}, in hardware.ideal_layers)",
                         weight_layers[i].name, i + 1);
    if (encoding != InputEncoding::automatic &&
        (encoding == InputEncoding::sign_magnitude) != (trained.dac(static_cast<Index>(i)) < 0))
      return fmt::format(
          "layer {}: 'hardware.dac.encoding' is not that which the network was trained with (allowed: \"auto\")",
          weight_layers[i].name);
  }
  return {};
}

}  // namespace ohmcarlo
