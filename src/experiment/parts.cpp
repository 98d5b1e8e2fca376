#include "experiment/parts.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "chip/trained_ranges.hpp"
#include "config/accelerator.hpp"
#include "config/arrays.hpp"
#include "config/converters.hpp"
#include "config/faults.hpp"
#include "config/refusal.hpp"
#include "data/dataset.hpp"
#include "network/folding.hpp"
#include "network/operations.hpp"
#include "training/method.hpp"

namespace ohmcarlo {
namespace {

constexpr std::size_t kMostKept = 4096;

/// Whether points that differ in this setting are of different kinds.
bool tells_kinds(const Key& key) {
  return key.path.starts_with("data.") || key.path.starts_with("network.") ||
         (key.type != KeyType::integer && key.type != KeyType::real);
}

/// The keys whose values tell kinds of points apart.
KeySet keys_that_tell_kinds() {
  KeySet keys;
  for (std::size_t i = 0; i < all_keys().size(); ++i) keys[i] = tells_kinds(all_keys()[i]);
  return keys;
}

/// Sequences, and networks that take them.
void check_sequences(const Reader& reader, const ModelPart& model) {
  const NetworkSpec& network = model.spec;
  const bool last = network.gives_one_row_a_sequence(), recurrent = network.is_recurrent();
  if (network.takes_sequences() && !model.data.is_sequences())
    fail_usage("{}: the network takes sequences (allowed data.set: {})", reader.where("data.set"), speech_set_names());
  if (!model.data.is_sequences()) return;
  if (last == model.data.frame_wise())
    fail_usage("{}: this data set has a label a {}, so the network needs {} layer \"last\"", reader.where("data.set"),
               last ? "frame" : "sequence", last ? "no" : "a");
  if (!network.normalisation_layers().empty())
    fail_usage("{}: batch normalisation does not go with sequences, whose padding it would see",
               reader.where("network.architecture"));
  if (const MethodEntry& method = entry_of(model.training.method); method.images_only)
    fail_usage("{}: method \"{}\" takes images only", reader.where("training.method"), method.word);
  if (recurrent && model.training.activation_bits > 0)
    fail_usage("{}: 'training.activation_bits' does not go with an lstm", reader.where("training.activation_bits"));
}

/// The scales that a network of this part will have of its converters, with any number above 0 for a scale.
ConverterScales<float> scales_to_come(const ModelPart& model) {
  if (model.training.epochs == 0) {
    const std::optional<NetworkState<float>> given = model.network.given_weights(model.spec);
    return given ? given->converters : ConverterScales<float>{};
  }
  if (!model.training.converters) return {};
  const ArrayOptions& arrays = model.training.converters->arrays;
  const std::size_t layers = model.spec.weight_layers().size();
  ConverterScales<float> scales;
  scales.adc_bits = arrays.adc.bits;
  scales.adc.resize(static_cast<Index>(layers));
  for (std::size_t i = 0; i < layers; ++i)
    scales.adc(static_cast<Index>(i)) = options_of_layer(arrays, i, layers).adc.bits > 0 ? 1 : 0;
  const bool negative = arrays.dac.coding.encoding == InputEncoding::sign_magnitude;
  scales.dac = negative ? Vector<float>(-scales.adc) : scales.adc;
  scales.differential = !arrays.single_ended();
  return scales;
}

/// Layers without converters, and ranges that training finds.
void check_converters(const Reader& reader, const Hardware& hardware, const ModelPart& model) {
  const std::vector<Node> layers = model.spec.weight_layers();
  if (model.training.converters) {
    check_ideal_layers(reader, model.training.converters->arrays, layers.size());
    if (model.training.epochs > 0 && !(scales_to_come(model).adc.array() > 0).any())
      fail_usage("{}: 'hardware.ideal_layers' leaves no layer a converter that could be trained",
                 reader.where("hardware.ideal_layers"));
  }
  if (!hardware.arrays) return;
  check_ideal_layers(reader, hardware.array, layers.size());
  if (hardware.array.adc.bits == 0 || hardware.array.adc.range != RangeKind::trained) return;
  if (const std::string why = why_not_trained(hardware.array, layers, scales_to_come(model)); !why.empty())
    fail_usage("{}: {}", reader.where("hardware.adc.range"), why);
  if (hardware.fold_normalisation && !model.spec.normalisation_layers().empty())
    fail_usage(
        "{}: 'hardware.fold_normalisation' changes weights whose converters have trained ranges (allowed: false)",
        reader.where("hardware.fold_normalisation"));
}

/// Runs a check of a network; what it refuses names the file.
template <class Check>
void check_network(const Document& document, const Check& check) {
  try {
    check();
  } catch (const Error& error) {
    error.raise_with(fmt::format("{}: {}", document.file, error.what()));
  }
}

}  // namespace

PartSource::PartSource(Reader reader) : reader_(std::move(reader)) {
  static const KeySet kTelling = keys_that_tell_kinds();
  std::string kind = reader_.keys_read().to_string();
  for (const KeyId key : ids_by_path())
    if (const RecordedValue* read = find(key); read != nullptr && kTelling.test(key)) kind += read->line;
  digest_ = digest_of(reader_.log());
  kind_ = digest_of(kind);
}

Identity PartSource::identity() const {
  Identity identity;
  for (const KeyId key : ids_by_path())
    if (const RecordedValue* read = find(key))
      identity.add_setting(std::string(all_keys()[key].path), to_toml(read->value));
  return identity;
}

bool trains_groups_on_arrays(const ModelPart& model) {
  return model.spec.has_groups() && (model.training.converters || model.training.noise_arrays);
}

template <class Part>
PartCache<Part>::PartCache(const Shape& shape) : shape_(shape), strides_(shape.axes.size(), 1) {
  for (std::size_t i = strides_.size(); i-- > 1;) strides_[i - 1] = strides_[i] * shape.axes[i].values.size();
}

/// One number for the pattern and the indices of its axes.
template <class Part>
std::uint64_t PartCache<Part>::place(std::size_t point, std::size_t pattern) const {
  std::uint64_t place = 0;
  for (std::size_t i = 0; i < strides_.size(); ++i)
    if (patterns_[pattern][i]) place += point / strides_[i] % shape_.axes[i].values.size() * strides_[i];
  return place * (patterns_.size() + 1) + pattern;
}

template <class Part>
std::shared_ptr<const Part> PartCache<Part>::find(std::size_t point) const {
  for (std::size_t pattern = 0; pattern < patterns_.size(); ++pattern)
    if (const auto found = parts_.find(place(point, pattern)); found != parts_.end()) return found->second;
  return nullptr;
}

template <class Part>
void PartCache<Part>::keep(std::size_t point, const std::vector<bool>& axes, std::shared_ptr<const Part> part) {
  auto pattern = std::ranges::find(patterns_, axes);
  if (pattern == patterns_.end()) {
    parts_.clear();  // places depend on how many patterns there are
    pattern = patterns_.insert(patterns_.end(), axes);
  }
  if (parts_.size() >= kMostKept) parts_.clear();
  parts_[place(point, static_cast<std::size_t>(pattern - patterns_.begin()))] = std::move(part);
}

template class PartCache<ChipPart>;
template class PartCache<ModelPart>;

PointParts::PointParts(Document document, const Shape& shape)
    : document_(std::move(document)), shape_(shape), settings_(document_), chips_(shape), models_(shape) {}

void PointParts::choose(std::size_t point) {
  for (std::size_t axis = shape_.axes.size(); axis-- > 0;) {
    const std::size_t values = shape_.axes[axis].values.size();
    settings_.choose(axis, point % values);
    point /= values;
  }
}

std::vector<bool> PointParts::axes_among(const KeySet& keys) const {
  std::vector<bool> axes;
  for (const SweptKey& swept : document_.swept) axes.push_back(keys.test(id_of(KeyName(swept.path))));
  return axes;
}

PointParts::Pair PointParts::read(std::size_t point) {
  Pair pair{chips_.find(point), models_.find(point)};
  if (pair.chip == nullptr || pair.model == nullptr) choose(point);
  if (pair.chip == nullptr) pair.chip = read_chip(point);
  if (pair.model == nullptr) pair.model = read_model(point);
  check_pair(*pair.chip, *pair.model);
  return pair;
}

std::shared_ptr<const ChipPart> PointParts::read_chip(std::size_t point) {
  Reader reader(settings_);
  Hardware hardware = read_hardware(reader, files_);
  // Not with the hardware: training asks for that, and knows nothing of cycles.
  if (hardware.arrays && has_accelerator(reader)) read_accelerator(reader, hardware);
  DeploymentOptions deployment = read_deployment(reader, hardware);
  Settings range_from;
  if (hardware.arrays) range_from = read_range_from(reader, hardware.array.adc);
  auto part = std::make_shared<const ChipPart>(
      ChipPart{std::move(hardware), std::move(deployment), std::move(range_from), PartSource(std::move(reader))});
  chips_.keep(point, axes_among(part->source.keys()), part);
  return part;
}

std::shared_ptr<const ModelPart> PointParts::read_model(std::size_t point) {
  Reader reader(settings_);
  Reader tested(settings_);  // what training asks of the tested hardware, no part of the identity
  NetworkOptions network = read_network(reader, files_);
  Reader places(settings_);
  DataOptions data = read_data(reader, places, files_, is_recurrent(network));
  const bool residual =
      std::ranges::any_of(network.layers, [](const std::string& layer) { return layer.starts_with("residual"); });
  TrainingOptions training = read_training(reader, tested, residual, network.has_weights(), files_);
  if (data.speech && training.augmentation != Augmentation{})
    fail_usage("{}: shifted and mirrored copies are made of images only", reader.where("training.crop_padding"));
  NetworkSpec spec;
  check_network(document_, [&] {
    spec = network.build(data);
    (void)trained_network(spec, training);
    if (network.weights) (void)network.given_weights(spec);  // refused now, not in a run
  });
  for (const Node& layer : spec.layers)
    if (only_goes_forward(layer) && training.epochs > 0)
      refuse_key(reader, "training.epochs",
                 fmt::format("layer {} only goes forward, and cannot be trained (allowed: 0)", layer.name));
  auto part =
      std::make_shared<const ModelPart>(ModelPart{std::move(data), std::move(network), std::move(training),
                                                  std::move(spec), PartSource(std::move(reader)), places.keys_read()});
  models_.keep(point, axes_among(part->source.keys() | tested.keys_read()), part);
  return part;
}

void PointParts::check_pair(const ChipPart& chip, const ModelPart& model) const {
  const Reader reader(settings_);  // for the places of keys alone
  if (chip.hardware.fold_normalisation) check_network(document_, [&] { check_foldable(model.spec); });
  check_sequences(reader, model);
  check_defects(reader, chip.hardware, model.spec);
  check_converters(reader, chip.hardware, model);
  check_accelerator(reader, chip.hardware, model.spec);
  check_deployment(reader, chip.deployment, model.spec);
}

}  // namespace ohmcarlo
