#include "experiment/parts.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "network/folding.hpp"
#include "training/side_heads.hpp"

namespace ohmcarlo {
namespace {

constexpr std::size_t kMostKept = 4096;

/// What training asks of the hardware it is tested on, besides what it reads itself: the law and size of its noise.
constexpr const char* kTestedNoise[] = {"hardware.simulate", "hardware.variation.model", "hardware.variation.sigma",
                                        "hardware.variation.band_factor", "hardware.defects.rate"};

std::size_t number_of(const std::string& path) {
  return static_cast<std::size_t>(find_key(path) - all_keys().data());
}

/// Whether points that differ in this setting are of different kinds.
bool tells_kinds(const Key& key) {
  return key.path.starts_with("data.") || key.path.starts_with("network.") ||
         (key.type != KeyType::integer && key.type != KeyType::real);
}

PartSource source_of(const Reader& reader) {
  PartSource source;
  std::string kind;
  for (const auto& [path, value] : reader.entries()) {
    const Key* key = find_key(path);
    source.settings.emplace_back(key, value);
    source.keys.set(static_cast<std::size_t>(key - all_keys().data()));
    kind += path;
    if (tells_kinds(*key)) kind += value;
    kind += '\n';
  }
  source.digest = digest_of(reader.log());
  source.kind = digest_of(kind);
  return source;
}

/// Sequences, and networks that take them.
void check_sequences(const Reader& reader, const ModelPart& model) {
  const NetworkSpec& network = model.spec;
  const bool last = network.has(LayerKind::last), cells = network.has(LayerKind::lstm);
  if ((last || cells) && !model.data.is_sequences())
    fail_usage("{}: the network takes sequences (allowed data.set: fsdd, kws, folder, timit)",
               reader.where("data.set"));
  if (!model.data.is_sequences()) return;
  if (last == model.data.frame_wise())
    fail_usage("{}: this data set has a label a {}, so the network needs {} layer \"last\"", reader.where("data.set"),
               last ? "frame" : "sequence", last ? "no" : "a");
  if (network.has(LayerKind::batch_normalisation))
    fail_usage("{}: batch normalisation does not go with sequences, whose padding it would see",
               reader.where("network.architecture"));
  if (model.training.method == MethodKind::irs)
    fail_usage("{}: method \"irs\" takes images only", reader.where("training.method"));
  if (cells && model.training.activation_bits > 0)
    fail_usage("{}: 'training.activation_bits' does not go with an lstm", reader.where("training.activation_bits"));
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

Identity PartSource::identity() const {
  Identity identity;
  for (const auto& [key, value] : settings) identity.add_setting(std::string(key->path), value);
  return identity;
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
    : document_(std::move(document)), shape_(shape), chips_(shape), models_(shape) {
  require(all_keys().size() <= KeySet().size(), "a set of keys holds all");
  for (const SweptKey& swept : document_.swept) axis_keys_.push_back(number_of(swept.path));
}

PointParts::Values PointParts::values_of(std::size_t point) const {
  const std::vector<std::size_t> indices = shape_.indices(point);
  Values values;
  for (std::size_t i = 0; i < indices.size(); ++i)
    values[document_.swept[i].path] = document_.swept[i].values[indices[i]];
  return values;
}

std::vector<bool> PointParts::axes_among(const KeySet& keys) const {
  std::vector<bool> axes;
  for (const std::size_t key : axis_keys_) axes.push_back(keys.test(key));
  return axes;
}

PointParts::Pair PointParts::read(std::size_t point) {
  Pair pair{chips_.find(point), nullptr};
  std::optional<Values> values;
  if (pair.chip == nullptr) pair.chip = read_chip(point, values.emplace(values_of(point)));
  pair.model = models_.find(point);
  if (pair.model == nullptr) {
    if (!values) values = values_of(point);
    pair.model = read_model(point, *values, pair.chip->hardware);
  }
  static const Values kNothing;
  check_pair(Reader(document_, kNothing), *pair.chip, *pair.model);
  return pair;
}

std::shared_ptr<const ChipPart> PointParts::read_chip(std::size_t point, const Values& values) {
  auto part = std::make_shared<ChipPart>();
  Reader reader(document_, values);
  part->hardware = read_hardware(reader);
  part->deployment = read_deployment(reader, part->hardware);
  const AdcOptions& adc = part->hardware.array.adc;
  if (part->hardware.arrays && adc.bits > 0 && adc.range == RangeKind::calibrated &&
      reader.has("hardware.adc.range_from"))
    part->range_from = reader.settings("hardware.adc.range_from");
  part->source = source_of(reader);
  chips_.keep(point, axes_among(part->source.keys), part);
  return part;
}

std::shared_ptr<const ModelPart> PointParts::read_model(std::size_t point, const Values& values,
                                                        const Hardware& tested) {
  auto part = std::make_shared<ModelPart>();
  Reader reader(document_, values);
  part->network = read_network(reader, files_);
  part->data = read_data(reader, is_recurrent(part->network));
  const bool residual =
      std::ranges::any_of(part->network.layers, [](const std::string& layer) { return layer.starts_with("residual"); });
  part->training = read_training(reader, tested, residual, part->network.has_weights());
  part->source = source_of(reader);
  if (part->data.speech && part->training.augmentation != Augmentation{})
    fail_usage("{}: shifted and mirrored copies are made of images only", reader.where("training.crop_padding"));
  check_network(document_, [&] {
    part->spec = part->network.build(part->data);
    (void)trained_network(part->spec, part->training);
    if (part->network.weights) (void)part->network.given_weights(part->spec);  // refused now, not in a run
  });
  KeySet keys = part->source.keys;
  if (keys.test(number_of("training.noise")) || keys.test(number_of("training.noise_sigma")))
    for (const char* key : kTestedNoise) keys.set(number_of(key));
  models_.keep(point, axes_among(keys), part);
  return part;
}

void PointParts::check_pair(const Reader& reader, const ChipPart& chip, const ModelPart& model) const {
  if (chip.hardware.fold_normalisation) check_network(document_, [&] { check_foldable(model.spec); });
  check_sequences(reader, model);
  check_defects(reader, chip.hardware, model.spec);
  check_deployment(reader, chip.deployment, model.spec);
}

}  // namespace ohmcarlo
