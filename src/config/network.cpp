#include "config/network.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "config/pick.hpp"
#include "network/architecture.hpp"

namespace ohmcarlo {
namespace {

/// The file that `key` names, by `read`. It counts by its content; where it is a value of an axis its name does as
/// well, and each must keep the content it had.
template <class File, class Read>
std::shared_ptr<const File> read_file(Reader& reader, const std::string& key,
                                      std::map<std::string, std::shared_ptr<const File>>& known, const Read& read,
                                      std::set<FileContent>& contents) {
  const std::string name = reader.text(key);
  std::shared_ptr<const File>& file = known[name];
  if (file == nullptr) file = std::make_shared<const File>(read(name));
  reader.substitute(key, file->content);
  contents.insert({key, reader.is_swept(key) ? name : "", file->content});
  return file;
}

}  // namespace

NetworkSpec NetworkOptions::build(const DataOptions& data) const {
  const ImageShape images = data.shape();
  const std::size_t classes = data.classes();
  const auto index = [](std::size_t count) { return static_cast<Index>(count); };
  if (imported) {
    const Planes planes{index(images.channels), index(images.height), index(images.width)};
    const NetworkSpec& spec = imported->spec;
    if (spec.inputs != planes.features() || (imported->input.channels > 0 && !(imported->input == planes)) ||
        spec.classes != index(classes))
      fail_data(
          "{}: it takes {} features ({} x {} x {}; 0: any planes) and gives {} classes, but the data have {} x {} x {} "
          "and {}",
          imported->file, spec.inputs, imported->input.channels, imported->input.height, imported->input.width,
          spec.classes, planes.channels, planes.height, planes.width, classes);
    return spec;
  }
  if (layers.empty()) return mlp(index(images.pixels()), hidden, activation, index(classes));
  const Planes planes = data.is_sequences() ? Planes{index(images.width), 1, 1}
                                            : Planes{index(images.channels), index(images.height), index(images.width)};
  return build_network(planes, index(classes), layers, width);
}

std::optional<NetworkState<float>> NetworkOptions::given_weights(const NetworkSpec& spec) const {
  if (imported) return imported->state;
  if (weights) return from_weights(spec, *weights);
  return std::nullopt;
}

NetworkOptions read_network(Reader& reader, NetworkFiles& files) {
  const std::string architecture = reader.text("network.architecture");
  NetworkOptions network;
  if (architecture == "file") {
    network.imported = read_file(reader, "network.file", files.networks, read_onnx, network.files);
    return network;
  }
  if (reader.has("network.weights"))
    network.weights = read_file(reader, "network.weights", files.weights, read_weights, network.files);
  if (architecture == "mlp") {
    for (const std::int64_t width : reader.integers("network.hidden")) network.hidden.push_back(width);
    network.activation = pick<LayerKind>(reader.text("network.activation"), {{"relu", LayerKind::relu},
                                                                             {"abs", LayerKind::abs},
                                                                             {"sigmoid", LayerKind::sigmoid},
                                                                             {"tanh", LayerKind::tanh}});
    return network;
  }
  if (architecture == "lstm") {
    const bool tables = reader.text("network.gates") == "table";
    network.layers = {fmt::format("lstm {}{}", reader.integer("network.cells"),
                                  tables ? fmt::format(" table {}", reader.integer("network.table_entries")) : "")};
    if (reader.text("data.set") != "timit") network.layers.emplace_back("last");
    network.layers.emplace_back("dense classes");
    return network;
  }
  network.layers = architecture == "list" ? reader.texts("network.layers") : named_layers(architecture);
  if (network.layers.empty()) fail_usage("{}: 'network.layers' is empty", reader.where("network.layers"));
  network.width = reader.real("network.width");
  return network;
}

bool is_recurrent(const NetworkOptions& network) {
  if (network.imported) return network.imported->spec.has(LayerKind::lstm);
  return std::ranges::any_of(network.layers, [](const std::string& layer) { return layer.starts_with("lstm"); });
}

}  // namespace ohmcarlo
