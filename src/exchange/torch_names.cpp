#include "exchange/torch_names.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include <fmt/ranges.h>

#include "base/printable.hpp"

namespace ohmcarlo {
namespace {

/// What belongs to one layer of torch, by the names behind the module's.
struct Module {
  std::string name;
  std::map<std::string, const NamedArray*> parts;

  [[nodiscard]] bool normalises() const { return parts.contains("running_mean"); }
};

/// The module of an array and its name there: "features.0", "weight"; of layer 1 of an lstm "lstm.l1", "weight_ih".
std::optional<std::pair<std::string, std::string>> split_name(const std::string& name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string::npos) return std::nullopt;
  std::string module = name.substr(0, dot), part = name.substr(dot + 1);
  for (const char* known : {"weight_ih", "weight_hh", "bias_ih", "bias_hh"})
    if (part.starts_with(std::string(known) + "_l")) {
      module.append(1, '.').append(part, part.rfind('_') + 1);
      return std::pair{module, std::string(known)};
    }
  for (const char* known : {"weight", "bias", "running_mean", "running_var", "num_batches_tracked"})
    if (part == known) return std::pair{module, part};
  return std::nullopt;
}

/// The modules in the order of the file, without those that have a bias only: our own names end in .bias, too.
std::vector<Module> modules_of(const std::vector<NamedArray>& arrays) {
  std::vector<Module> modules;
  for (const NamedArray& array : arrays) {
    const auto names = split_name(array.name);
    if (!names) continue;
    auto found = std::ranges::find(modules, names->first, &Module::name);
    if (found == modules.end()) found = modules.insert(modules.end(), Module{names->first, {}});
    found->parts[names->second] = &array;
  }
  std::erase_if(modules, [](const Module& module) {
    return !module.normalises() && !module.parts.contains("weight") && !module.parts.contains("weight_ih");
  });
  return modules;
}

/// The layer of each module, by its number among `layers`; none where there are too few.
std::vector<std::optional<std::size_t>> layers_of(const std::vector<const Module*>& modules,
                                                  const std::vector<Node>& layers) {
  std::vector<std::optional<std::size_t>> found(modules.size());
  std::vector<bool> taken(layers.size(), false);
  for (std::size_t m = 0; m < modules.size(); ++m)
    for (std::size_t l = 0; l < layers.size(); ++l)
      if (layers[l].name == modules[m]->name) {
        found[m] = l;
        taken[l] = true;
      }
  for (std::optional<std::size_t>& layer : found) {
    const auto next = std::ranges::find(taken, false);
    if (layer || next == taken.end()) continue;
    layer = static_cast<std::size_t>(next - taken.begin());
    *next = true;
  }
  return found;
}

/// [W_ih, W_hh] side by side, or both biases added up.
NamedArray joined(std::string name, const NamedArray& input, const NamedArray& hidden) {
  if (input.shape.size() < 2) {
    NamedArray sum{std::move(name), input.shape, input.values};
    for (std::size_t i = 0; i < std::min(sum.values.size(), hidden.values.size()); ++i)
      sum.values[i] += hidden.values[i];
    return sum;
  }
  const std::size_t rows = input.shape[0], left = input.shape[1], right = rows == 0 ? 0 : hidden.values.size() / rows;
  NamedArray both{std::move(name), {rows, left + right}, {}};
  for (std::size_t row = 0; row < rows; ++row) {
    const auto append = [&](const NamedArray& from, std::size_t width) {
      const auto first = from.values.begin() + static_cast<std::ptrdiff_t>(row * width);
      both.values.insert(both.values.end(), first, first + static_cast<std::ptrdiff_t>(width));
    };
    append(input, left);
    append(hidden, right);
  }
  return both;
}

void append_arrays(const Module& module, const std::string& layer, std::vector<NamedArray>& to) {
  static const std::map<std::string, std::string> kOfWeights = {{"weight", "weights"}, {"bias", "bias"}};
  static const std::map<std::string, std::string> kOfNormalisation = {
      {"weight", "gamma"}, {"bias", "beta"}, {"running_mean", "mean"}, {"running_var", "variance"}};
  for (const auto& [part, array] : module.parts) {
    const std::size_t end = part.rfind("_ih");
    const auto& words = module.normalises() ? kOfNormalisation : kOfWeights;
    if (end != std::string::npos) {
      const std::string kind = part.substr(0, end);
      const auto hidden = module.parts.find(kind + "_hh");
      if (hidden != module.parts.end() && hidden->second->shape.size() == array->shape.size())
        to.push_back(joined(layer + "." + words.at(kind), *array, *hidden->second));
    } else if (const auto word = words.find(part); word != words.end()) {
      to.push_back({layer + "." + word->second, array->shape, array->values});
    }
  }
}

}  // namespace

TranslatedArrays with_our_names(const NetworkSpec& spec, const std::vector<NamedArray>& arrays) {
  const std::vector<Module> modules = modules_of(arrays);
  if (modules.empty()) return {arrays, ""};
  TranslatedArrays translated;
  std::vector<const NamedArray*> used;
  std::vector<std::string> notes;
  for (const bool normalise : {false, true}) {
    const std::vector<Node> layers = normalise ? spec.normalisation_layers() : spec.weight_layers();
    std::vector<const Module*> of_kind;
    for (const Module& module : modules)
      if (module.normalises() == normalise) of_kind.push_back(&module);
    const std::vector<std::optional<std::size_t>> found = layers_of(of_kind, layers);
    for (std::size_t m = 0; m < of_kind.size(); ++m) {
      if (!found[m]) continue;
      const std::string& layer = layers[*found[m]].name;
      append_arrays(*of_kind[m], layer, translated.arrays);
      for (const auto& [part, array] : of_kind[m]->parts) used.push_back(array);
      notes.push_back(fmt::format("{} is {}", layer, printable(of_kind[m]->name)));
    }
  }
  std::size_t tracked = 0;
  for (const NamedArray& array : arrays) {
    const bool counts_batches = array.name.ends_with(".num_batches_tracked");
    tracked += counts_batches ? 1 : 0;
    if (!counts_batches && std::ranges::find(used, &array) == used.end()) translated.arrays.push_back(array);
  }
  translated.note = fmt::format("names of torch: {}{}", fmt::join(notes, ", "),
                                tracked > 0 ? "; num_batches_tracked is not needed" : "");
  return translated;
}

}  // namespace ohmcarlo
