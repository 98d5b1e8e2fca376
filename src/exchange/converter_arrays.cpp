#include "exchange/converter_arrays.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

namespace ohmcarlo {
namespace {

constexpr const char* kAdcScale = ".adc_scale";
constexpr const char* kAdcBits = ".adc_bits";
constexpr const char* kDacScale = ".dac_scale";
constexpr const char* kNeeded[] = {kAdcScale, kAdcBits, kDacScale};
constexpr const char* kAdcDifferential = ".adc_differential";
constexpr const char* kDacSigned = ".dac_signed";
constexpr const char* kAll[] = {kAdcScale, kAdcBits, kDacScale, kAdcDifferential, kDacSigned};

}  // namespace

std::vector<NamedArray> converter_arrays(const NetworkSpec& spec, const ConverterScales<float>& scales) {
  std::vector<NamedArray> arrays;
  if (scales.empty()) return arrays;
  const std::vector<Node> layers = spec.weight_layers();
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const auto layer = static_cast<Index>(i);
    if (!(scales.adc(layer) > 0)) continue;
    arrays.push_back({layers[i].name + kAdcScale, {1}, {scales.adc(layer)}});
    arrays.push_back({layers[i].name + kAdcBits, {1}, {static_cast<float>(scales.adc_bits)}});
    arrays.push_back({layers[i].name + kDacScale, {1}, {std::fabs(scales.dac(layer))}});
    if (scales.differential) arrays.push_back({layers[i].name + kAdcDifferential, {1}, {1}});
    if (scales.dac(layer) < 0) arrays.push_back({layers[i].name + kDacSigned, {1}, {1}});
  }
  return arrays;
}

bool is_converter_array(const NetworkSpec& spec, const std::string& name) {
  return std::ranges::any_of(spec.weight_layers(), [&](const Node& layer) {
    return std::ranges::any_of(kAll, [&](const char* suffix) { return name == layer.name + suffix; });
  });
}

ConverterScales<float> converter_scales(const NetworkSpec& spec, const std::vector<NamedArray>& arrays) {
  const std::vector<Node> layers = spec.weight_layers();
  ConverterScales<float> scales;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const auto find = [&](const char* suffix) {
      return std::ranges::find(arrays, layers[i].name + suffix, &NamedArray::name);
    };
    if (std::ranges::all_of(kAll, [&](const char* suffix) { return find(suffix) == arrays.end(); })) continue;
    const auto number = [&](const char* suffix) {
      const auto found = find(suffix);
      const std::string name = layers[i].name + suffix;
      if (found == arrays.end()) throw std::runtime_error(fmt::format("it lacks the array '{}' [1]", name));
      if (found->values.size() != 1 || !(found->values.front() > 0) || std::isinf(found->values.front()))
        throw std::runtime_error(fmt::format("array '{}' is not one number above 0", name));
      return found->values.front();
    };
    const auto marked = [&](const char* suffix) {
      if (find(suffix) == arrays.end()) return false;
      if (number(suffix) != 1)
        throw std::runtime_error(fmt::format("array '{}{}' is not 1 (it may be left out)", layers[i].name, suffix));
      return true;
    };
    const bool differential = marked(kAdcDifferential);
    if (!scales.empty() && differential != scales.differential)
      throw std::runtime_error(
          fmt::format("array '{}{}' is not the same for all layers", layers[i].name, kAdcDifferential));
    scales.differential = differential;
    if (scales.empty()) {
      scales.adc.setZero(static_cast<Index>(layers.size()));
      scales.dac.setZero(static_cast<Index>(layers.size()));
    }
    const auto layer = static_cast<Index>(i);
    scales.adc(layer) = number(kAdcScale);
    scales.dac(layer) = number(kDacScale);
    if (marked(kDacSigned)) scales.dac(layer) = -scales.dac(layer);
    const float bits = number(kAdcBits);
    if (bits < 2 || bits > 24 || bits != std::floor(bits) ||
        (scales.adc_bits != 0 && bits != static_cast<float>(scales.adc_bits)))
      throw std::runtime_error(fmt::format("array '{}{}' is {} (allowed: 2 to 24, the same for all layers)",
                                           layers[i].name, kAdcBits, bits));
    scales.adc_bits = static_cast<int>(bits);
  }
  return scales;
}

}  // namespace ohmcarlo
