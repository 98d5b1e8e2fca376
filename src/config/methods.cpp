#include "config/methods.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "config/converter_training.hpp"
#include "config/crossbar_training.hpp"
#include "config/training_noise.hpp"

namespace ohmcarlo {
namespace {

std::vector<Key> plain_keys() {
  using enum KeyType;
  return {
      {.path = "training.logit_scale",
       .type = real,
       .fallback = "1",
       .low = 1e-6,
       .high = 1e6,
       .help = "divisor of the logits in training, not on chips, of methods plain and noise-injection"},
  };
}

void read_plain(const MethodReading& from, TrainingOptions& training) {
  training.logit_scale = from.reader.real("training.logit_scale");
}

void read_noise_injection(const MethodReading& from, TrainingOptions& training) {
  read_plain(from, training);
  if (read_training_noise(from.reader) == TrainingNoise::hardware)
    read_hardware_noise(from.reader, from.tested, from.files, training);
  else
    read_gaussian_noise(from.reader, from.tested, training);
}

constexpr auto kOvfSchedules = make_words<OvfSchedule>({{"steps", OvfSchedule::steps}, {"range", OvfSchedule::range}});
constexpr auto kOvfCoverages =
    make_words<OvfCoverage>({{"published", OvfCoverage::published}, {"coded", OvfCoverage::coded}});

std::vector<Key> ovf_keys() {
  using enum KeyType;
  return {
      {.path = "training.ovf.beta",
       .type = real,
       .fallback = "1e-3",
       .low = 0,
       .high = 1e6,
       .help = "factor, with method ovf, of what the logits of passes with more noise count in the loss"},
      {.path = "training.ovf.passes",
       .type = integer,
       .fallback = "3",
       .low = 0,
       .high = 15,
       .help = "passes with more noise in each optimiser step of method ovf"},
      {.path = "training.ovf.schedule",
       .type = text,
       .fallback = "\"steps\"",
       .words = kOvfSchedules.all(),
       .help = "sigma of pass n of method ovf: sigma + n sigma_step (as the authors' code), or evenly from start to "
               "end (as their text)"},
      {.path = "training.ovf.sigma_step",
       .type = real,
       .fallback = "0.05",
       .low = 0,
       .high = Key::kMostSigma,
       .help = "sigma that each pass of method ovf adds to the pass before, with schedule steps"},
      {.path = "training.ovf.start",
       .type = real,
       .fallback = "0.0",
       .low = 0,
       .high = 1000,
       .help = "sigma of the first pass with more noise of method ovf, in units of the training sigma, with schedule "
               "range"},
      {.path = "training.ovf.end",
       .type = real,
       .fallback = "2.0",
       .low = 0,
       .high = 1000,
       .help =
           "sigma of the last pass with more noise of method ovf, in units of the training sigma, with schedule range"},
      {.path = "training.ovf.coverage",
       .type = text,
       .fallback = "\"published\"",
       .words = kOvfCoverages.all(),
       .help = "where method ovf adds more noise in networks with residual blocks: in all layers, or in the first and "
               "last alone (as the authors' code)"},
  };
}

OvfOptions read_ovf(Reader& reader, bool residual) {
  OvfOptions ovf;
  if (read_training_noise(reader) != TrainingNoise::gaussian)
    fail_usage(
        "{}: 'training.noise' is \"hardware\", which has no sigma that method \"ovf\" could enlarge (allowed: "
        "\"gaussian\")",
        reader.where("training.noise"));
  ovf.beta = reader.real("training.ovf.beta");
  ovf.passes = static_cast<int>(reader.integer("training.ovf.passes"));
  ovf.schedule = reader.meaning("training.ovf.schedule", kOvfSchedules);
  if (ovf.schedule == OvfSchedule::steps) {
    ovf.sigma_step = reader.real("training.ovf.sigma_step");
  } else {
    ovf.start = reader.real("training.ovf.start");
    ovf.end = reader.real("training.ovf.end");
  }
  if (residual) ovf.coverage = reader.meaning("training.ovf.coverage", kOvfCoverages);
  return ovf;
}

void read_ovf_options(const MethodReading& from, TrainingOptions& training) {
  read_gaussian_noise(from.reader, from.tested, training);
  training.ovf = read_ovf(from.reader, from.residual);
}

std::vector<Key> irs_keys() {
  using enum KeyType;
  return {
      {.path = "training.irs.beta",
       .type = real,
       .fallback = "1e-2",
       .low = 0,
       .high = 1e6,
       .help = "factor, with method irs, of what the logits of side heads count against those of the network"},
      {.path = "training.irs.after",
       .type = text_list,
       .help = "names of the layers that side heads of method irs follow, from the input on; if absent those of the "
               "authors' code (vgg8, resnet18)"},
      {.path = "training.irs.pooled",
       .type = integer_list,
       .low = 1,
       .high = 1024,
       .help = "sides to which each side head of method irs pools feature maps, one number a head"},
      {.path = "training.irs.hidden",
       .type = integer,
       .fallback = "512",
       .low = 1,
       .high = 1e6,
       .help = "features between the two dense layers of each side head of method irs"},
  };
}

IrsOptions read_irs(Reader& reader) {
  if (read_training_noise(reader) != TrainingNoise::gaussian)
    fail_usage("{}: 'training.noise' is \"hardware\", but method \"irs\" takes \"gaussian\" only",
               reader.where("training.noise"));
  IrsOptions irs;
  irs.beta = reader.real("training.irs.beta");
  irs.hidden = reader.integer("training.irs.hidden");
  const std::string& architecture = reader.text("network.architecture");
  if (!reader.has("training.irs.after")) {  // where the authors' code has them
    if (architecture == "vgg8")
      irs.heads = {{"relu1", 6}, {"pool1", 4}, {"pool2", 3}};
    else if (architecture == "resnet18")
      irs.heads = {{"relu1", 6}, {"block2.relu2", 6}, {"block4.relu2", 4}, {"block6.relu2", 3}};
    else
      fail_usage(
          "{}: method \"irs\" needs 'training.irs.after', the layers that heads follow, of a network that is neither "
          "vgg8 nor resnet18",
          reader.where("training.method"));
    return irs;
  }
  const std::vector<std::string>& after = reader.texts("training.irs.after");
  const std::vector<std::int64_t>& pooled = reader.integers("training.irs.pooled");
  if (after.size() != pooled.size())
    fail_usage("{}: {} layers in 'training.irs.after', but {} sizes in 'training.irs.pooled' (one a layer)",
               reader.where("training.irs.after"), after.size(), pooled.size());
  for (std::size_t i = 0; i < after.size(); ++i) irs.heads.push_back({after[i], pooled[i]});
  return irs;
}

void read_irs_options(const MethodReading& from, TrainingOptions& training) {
  read_gaussian_noise(from.reader, from.tested, training);
  training.irs = read_irs(from.reader);
}

std::vector<Key> kurtosis_keys() {
  using enum KeyType;
  return {
      {.path = "training.kurtosis.lambda",
       .type = real,
       .fallback = "1e-3",
       .low = 0,
       .high = 1e6,
       .help = "factor in the loss of the sum over layers of the weights' kurtosis (kurtosis), or of the mean over "
               "layers of (kurtosis - target)^2 (kure)"},
  };
}

void read_kurtosis(const MethodReading& from, TrainingOptions& training) {
  training.kurtosis.lambda = from.reader.real("training.kurtosis.lambda");
}

std::vector<Key> kure_keys() {
  using enum KeyType;
  return {
      {.path = "training.kurtosis.target",
       .type = real,
       .fallback = "1.8",
       .low = 1,
       .high = 1e6,
       .help = "kurtosis of the weights that method kure aims at (uniform 1.8, Gaussian 3)"},
  };
}

void read_kure(const MethodReading& from, TrainingOptions& training) {
  read_kurtosis(from, training);
  training.kurtosis.target = from.reader.real("training.kurtosis.target");
}

/// Of a method whose keys stand with another one's.
std::vector<Key> no_keys() {
  return {};
}

/// A method that reads keys: those that stand in documentation with it, and how they are read.
struct MethodRow {
  MethodKind method;
  std::vector<Key> (*keys)();
  void (*read)(const MethodReading& from, TrainingOptions& training);
};

/// In the order of documentation. A method that reads no keys needs no row.
constexpr MethodRow kMethodRows[] = {
    {MethodKind::plain, plain_keys, read_plain},
    {MethodKind::noise_injection, training_noise_keys, read_noise_injection},
    {MethodKind::kurtosis, kurtosis_keys, read_kurtosis},
    {MethodKind::kure, kure_keys, read_kure},
    {MethodKind::ovf, ovf_keys, read_ovf_options},
    {MethodKind::irs, irs_keys, read_irs_options},
    {MethodKind::ste_adc, converter_training_keys, read_converter_training},
    {MethodKind::concrete_adc, no_keys, read_converter_training},
    {MethodKind::crossbar_aware, crossbar_training_keys, read_crossbar_training},
};

}  // namespace

std::vector<Key> method_keys() {
  std::vector<Key> keys;
  for (const MethodRow& row : kMethodRows)
    for (Key& key : row.keys()) keys.push_back(std::move(key));
  return keys;
}

void read_method_options(const MethodReading& from, TrainingOptions& training) {
  const auto* row = std::ranges::find(kMethodRows, training.method, &MethodRow::method);
  if (row != std::end(kMethodRows)) row->read(from, training);
}

}  // namespace ohmcarlo
