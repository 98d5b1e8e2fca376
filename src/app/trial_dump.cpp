#include "app/trial_dump.hpp"

#include <filesystem>

#include <fmt/core.h>

#include "base/error.hpp"

namespace ohmcarlo {
namespace {

constexpr const char* kFullScales = "full scales: 0 at g_min, 1 at g_max";

std::size_t size(Index count) {
  return static_cast<std::size_t>(count);
}

FileArray array_of(const std::string& path, const Matrix<float>& matrix, std::vector<FileAttribute> attributes) {
  return {path,
          {size(matrix.rows()), size(matrix.cols())},
          std::vector<float>(matrix.data(), matrix.data() + matrix.size()),
          std::move(attributes)};
}

/// What the cells of a layer stand for, and how they lie on arrays.
std::vector<FileAttribute> cell_attributes(const LayerContent& layer, const SliceContent& slice,
                                           const ArrayOptions& options) {
  const CellRange& range = options.cells.range;
  std::vector<FileAttribute> attributes{{"units", kFullScales},
                                        {"dimensions", "row (input), column (output)"},
                                        {"scale", slice.scale},
                                        {"g_min", range.g_min},
                                        {"g_max", range.g_max},
                                        {"tile_rows", std::int64_t{layer.tiles.rows}},
                                        {"tile_columns", std::int64_t{layer.tiles.columns}}};
  if (layer.groups > 1) attributes.push_back({"groups", std::int64_t{layer.groups}});
  return attributes;
}

void append_cells(const std::string& group, const LayerContent& layer, const ArrayOptions& options,
                  std::vector<FileArray>& arrays) {
  for (std::size_t s = 0; s < layer.slices.size(); ++s) {
    const SliceContent& slice = layer.slices[s];
    const std::string place = fmt::format("{}/slice_{}/", group, s);
    std::vector<FileAttribute> attributes = cell_attributes(layer, slice, options);
    arrays.push_back(array_of(place + "positive", slice.positive, attributes));
    if (slice.negative.size() == 0) continue;
    const bool is_reference = options.format.has_reference();
    if (is_reference) attributes[1].second = "row (input), column of arrays";
    arrays.push_back(array_of(place + (is_reference ? "reference" : "negative"), slice.negative, attributes));
  }
  if (layer.signs.size() > 0)
    arrays.push_back(
        array_of(group + "/signs", layer.signs, {{"units", "1"}, {"dimensions", "row (input), column (output)"}}));
}

}  // namespace

DumpKind parse_dump(const std::string& name) {
  if (name == "conductances") return DumpKind::conductances;
  if (name == "logits") return DumpKind::logits;
  fail_usage("--dump {}: unknown (allowed: conductances, logits)", name);
}

std::string dump_path(const std::string& results, const std::string& name) {
  return std::filesystem::path(results).replace_extension(name + ".h5").string();
}

std::vector<FileArray> arrays_of(const LabelledLogits& logits) {
  const std::size_t rows = logits.labels.size();
  return {array_of("logits", logits.logits, {{"units", "1"}, {"dimensions", "image, class"}}),
          {"label", {rows}, logits.labels, {{"units", "class"}}},
          {"image", {rows}, logits.images, {{"units", "number in the test set, from 0"}}}};
}

std::vector<FileArray> arrays_of(const std::vector<LayerContent>& layers, const ArrayOptions* options) {
  std::vector<FileArray> arrays;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const LayerContent& layer = layers[i];
    const std::string group = fmt::format("layer_{}", i + 1);
    arrays.push_back(array_of(group + "/weights", layer.weights, {{"units", "1"}, {"dimensions", "output, input"}}));
    arrays.push_back({group + "/bias",
                      {size(layer.bias.size())},
                      std::vector<float>(layer.bias.data(), layer.bias.data() + layer.bias.size()),
                      {{"units", "1"}, {"dimensions", "output"}}});
    if (options != nullptr) append_cells(group, layer, *options, arrays);
  }
  return arrays;
}

}  // namespace ohmcarlo
