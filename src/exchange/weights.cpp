#include "exchange/weights.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <span>
#include <string_view>

#include <fmt/ranges.h>

#include "base/error.hpp"
#include "exchange/converter_arrays.hpp"
#include "exchange/file_bytes.hpp"
#include "exchange/network_arrays.hpp"
#include "exchange/npz.hpp"
#include "exchange/torch_names.hpp"
#include "storage/model_store.hpp"

namespace ohmcarlo {
namespace {

/// The shape as a matrix: the inputs of a convolution may be written with their own dimensions.
std::vector<std::size_t> flat(const std::vector<std::size_t>& shape) {
  if (shape.size() < 2) return shape;
  return {shape[0], std::accumulate(shape.begin() + 1, shape.end(), std::size_t{1}, std::multiplies<>())};
}

bool starts_with(std::span<const std::byte> bytes, std::string_view signature) {
  return bytes.size() >= signature.size() &&
         std::ranges::equal(bytes.first(signature.size()), std::as_bytes(std::span(signature)));
}

std::vector<NamedArray> stored_arrays(const std::filesystem::path& path) {
  try {
    return ModelStore::load_file(path).arrays;
  } catch (const Error& error) {  // of the store itself it would be UnusableResults
    fail_data("{}", error.what());
  }
}

}  // namespace

WeightsFile read_weights(const std::filesystem::path& path) {
  const std::vector<std::byte> bytes = file_bytes(path);
  WeightsFile weights{path.string(), content_sha256(bytes), {}};
  if (starts_with(bytes, "PK\x03\x04"))
    weights.arrays = read_npz(weights.file, bytes);
  else if (starts_with(bytes, "\x89HDF\r\n\x1a\n"))
    weights.arrays = stored_arrays(path);
  else
    fail_data("{}: neither an .npz archive nor a model of this program (.model.h5)", weights.file);
  for (const NamedArray& array : weights.arrays) {
    const auto bad = std::ranges::find_if_not(array.values, [](float x) { return std::isfinite(x); });
    if (bad != array.values.end())
      fail_data("{}: array '{}': element {} is {}", weights.file, array.name, bad - array.values.begin(), *bad);
  }
  return weights;
}

std::string note_on_weights(const NetworkSpec& spec, const WeightsFile& weights) {
  const std::string note = with_our_names(spec, weights.arrays).note;
  return note.empty() ? "" : fmt::format("{}: {}", weights.file, note);
}

NetworkState<float> from_weights(const NetworkSpec& spec, const WeightsFile& weights) {
  std::set<std::string> optional;
  for (const Node& layer : spec.weight_layers())
    if (!layer.biased()) optional.insert(layer.name + ".bias");
  NetworkState<float> state{zero_parameters<float>(spec), initial_normalisations<float>(spec)};
  const std::vector<NamedArray> arrays = with_our_names(spec, weights.arrays).arrays;
  std::set<std::string> taken;
  visit_arrays(spec, state, [&](const std::string& name, auto& array, const std::vector<std::size_t>& shape) {
    const auto found = std::ranges::find(arrays, name, &NamedArray::name);
    if (found == arrays.end()) {
      if (optional.contains(name)) return;
      fail_data("{}: it lacks the array '{}' [{}]", weights.file, name, fmt::join(shape, ", "));
    }
    if (flat(found->shape) != shape)
      fail_data("{}: array '{}' is of the shape [{}] (allowed: [{}])", weights.file, name,
                fmt::join(found->shape, ", "), fmt::join(shape, ", "));
    if (optional.contains(name) && std::ranges::any_of(found->values, [](float x) { return x != 0; }))
      fail_data("{}: array '{}' is not zero, but that layer has no bias", weights.file, name);
    if (name.ends_with(".variance") && std::ranges::any_of(found->values, [](float x) { return x < 0; }))
      fail_data("{}: array '{}' holds a negative variance", weights.file, name);
    std::copy(found->values.begin(), found->values.end(), array.data());
    taken.insert(name);
  });
  try {
    state.converters = converter_scales(spec, arrays);
  } catch (const std::runtime_error& error) {
    fail_data("{}: {}", weights.file, error.what());
  }
  for (const NamedArray& array : arrays)
    if (!taken.contains(array.name) && !is_converter_array(spec, array.name))
      fail_data("{}: no layer has the array '{}'", weights.file, array.name);
  return state;
}

}  // namespace ohmcarlo
