#include "config/network.hpp"

#include <algorithm>
#include <filesystem>

#include "base/error.hpp"
#include "data/dataset.hpp"
#include "network/architecture.hpp"
#include "network/operations.hpp"

namespace ohmcarlo {
namespace {

/// The file that `key` names, by `read`, unless `known` has it.
template <class File, class Read>
std::shared_ptr<const File> read_file(Reader& reader, KeyName key,
                                      std::map<std::string, std::shared_ptr<const File>>& known, const Read& read,
                                      std::set<FileContent>& files) {
  const std::string& name = reader.text(key);
  std::shared_ptr<const File>& file = known[name];
  if (file == nullptr) {
    if (!std::filesystem::exists(name))
      fail_data("{}: '{}' is \"{}\", but there is no such file", reader.where(key.path()), key.path(), name);
    file = std::make_shared<const File>(read(name));
  }
  files.insert(record_content(reader, key, file->content));
  return file;
}

}  // namespace

NetworkSpec NetworkOptions::build(const DataOptions& data) const {
  const SampleShape images = data.shape();
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
  if (layers.empty()) return mlp(index(images.values()), hidden, activation, index(classes));
  const Planes planes = data.is_sequences() ? Planes{index(images.width), 1, 1}
                                            : Planes{index(images.channels), index(images.height), index(images.width)};
  return build_network(planes, index(classes), layers, width);
}

std::optional<NetworkState<float>> NetworkOptions::given_weights(const NetworkSpec& spec) const {
  if (imported) return imported->state;
  if (weights) return from_weights(spec, *weights);
  return std::nullopt;
}

std::vector<std::string> NetworkOptions::notes(const NetworkSpec& spec) const {
  if (imported) return imported->notes;
  std::string note = weights ? note_on_weights(spec, *weights) : "";
  return note.empty() ? std::vector<std::string>() : std::vector{std::move(note)};
}

std::vector<Key> network_keys() {
  using enum KeyType;
  return {
      {.path = "network.architecture",
       .type = text,
       .fallback = "\"mlp\"",
       .words = {"mlp", "lenet5", "vgg8", "vgg16c", "resnet18", "lstm", "list", "file"},
       .help = "the kind of network; list: as network.layers says; file: as the ONNX file network.file says"},
      {.path = "network.hidden",
       .type = integer_list,
       .fallback = "[100]",
       .low = 1,
       .high = 1e6,
       .help = "widths of the hidden layers of an mlp"},
      {.path = "network.activation",
       .type = text,
       .fallback = "\"relu\"",
       .words = activation_words(),
       .help = "activation between the dense layers of an mlp"},
      {.path = "network.layers",
       .type = text_list,
       .help = "layers of architecture \"list\": \"conv 16 padding 1\", \"norm\", \"relu\", \"max-pool 2\", \"residual "
               "32 stride 2\", \"dense classes\" ..."},
      {.path = "network.cells",
       .type = integer,
       .fallback = "128",
       .low = 1,
       .high = 100000,
       .help = "units of an lstm"},
      {.path = "network.gates",
       .type = text,
       .fallback = "\"exact\"",
       .words = {"exact", "table"},
       .help = "sigmoid and tanh of an lstm, exact or from small tables"},
      {.path = "network.table_entries",
       .type = integer,
       .fallback = "256",
       .low = 2,
       .high = 256,
       .help = "entries of each table of an lstm whose gates are tables"},
      {.path = "network.width",
       .type = real,
       .fallback = "1.0",
       .low = Key::kAboveZero,
       .high = 100,
       .help = "factor on the channels and features of a network with a name or a list of layers"},
      {.path = "network.file",
       .type = text,
       .changes_results = false,
       .help = "an ONNX file with network and weights, for architecture \"file\" (its content counts, not its name)"},
      {.path = "network.weights",
       .type = text,
       .changes_results = false,
       .help = "an .npz archive or a model (.model.h5) whose arrays are the weights before training (its content "
               "counts, not its name)"},
  };
}

NetworkOptions read_network(Reader& reader, FileCache& files) {
  const std::string& architecture = reader.text("network.architecture");
  NetworkOptions network;
  if (architecture == "file") {
    network.imported = read_file(reader, "network.file", files.networks, read_onnx, network.files);
    return network;
  }
  if (reader.has("network.weights"))
    network.weights = read_file(reader, "network.weights", files.weights, read_weights, network.files);
  if (architecture == "mlp") {
    for (const std::int64_t width : reader.integers("network.hidden")) network.hidden.push_back(width);
    network.activation = reader.text("network.activation");
    return network;
  }
  if (architecture == "lstm") {
    const bool tables = reader.text("network.gates") == "table";
    network.layers = {fmt::format("lstm {}{}", reader.integer("network.cells"),
                                  tables ? fmt::format(" table {}", reader.integer("network.table_entries")) : "")};
    if (!labels_frames(reader.text("data.set"))) network.layers.emplace_back("last");
    network.layers.emplace_back("dense classes");
    return network;
  }
  network.layers = architecture == "list" ? reader.texts("network.layers") : named_layers(architecture);
  if (network.layers.empty()) fail_usage("{}: 'network.layers' is empty", reader.where("network.layers"));
  network.width = reader.real("network.width");
  return network;
}

bool is_recurrent(const NetworkOptions& network) {
  if (network.imported) return network.imported->spec.is_recurrent();
  return std::ranges::any_of(network.layers, [](const std::string& layer) { return layer.starts_with("lstm"); });
}

}  // namespace ohmcarlo
