#include "config/methods.hpp"

#include "base/error.hpp"
#include "config/arrays.hpp"

namespace ohmcarlo {
namespace {

constexpr auto kMethods = make_words<MethodKind>({{"plain", MethodKind::plain},
                                                  {"noise-injection", MethodKind::noise_injection},
                                                  {"ovf", MethodKind::ovf},
                                                  {"irs", MethodKind::irs},
                                                  {"kurtosis", MethodKind::kurtosis},
                                                  {"kure", MethodKind::kure}});

enum class TrainingNoise { gaussian, hardware };
constexpr auto kTrainingNoises =
    make_words<TrainingNoise>({{"gaussian", TrainingNoise::gaussian}, {"hardware", TrainingNoise::hardware}});

constexpr auto kOvfSchedules = make_words<OvfSchedule>({{"steps", OvfSchedule::steps}, {"range", OvfSchedule::range}});
constexpr auto kOvfCoverages =
    make_words<OvfCoverage>({{"published", OvfCoverage::published}, {"coded", OvfCoverage::coded}});

/// The sigma that noise_sigma = "tested" means.
double tested_sigma(const Reader& reader, const Hardware& hardware) {
  if (!hardware.arrays) return hardware.variation.sigma;
  const CellModel& cells = hardware.array.cells;
  const bool relative = cells.variation.law == VariationLaw::gaussian || cells.variation.law == VariationLaw::banded;
  if (cells.defects || !relative)
    fail_usage(
        "{}: 'training.noise_sigma' is \"tested\", but this hardware has no sigma relative to full scale (allowed: a "
        "number)",
        reader.where("training.noise_sigma"));
  return cells.variation.sigma;
}

/// Gaussian weight noise of training.noise_sigma, and the chips on which it is validated.
void read_training_noise(Reader& reader, const Hardware& tested, TrainingOptions& training) {
  const bool is_tested = reader.is_word("training.noise_sigma");
  training.noise.sigma = is_tested ? tested_sigma(reader, tested) : reader.real("training.noise_sigma");
  reader.substitute("training.noise_sigma", training.noise.sigma);
  read_cell_bits(reader, training.noise);
  // The noise of the tested devices: of the band, too, if there is one.
  if (is_tested && !tested.arrays && tested.variation.band_factor != 1)
    training.noise.band_factor = reader.real("hardware.variation.band_factor");
  training.validation_chips = static_cast<int>(reader.integer("training.validation_chips"));
}

OvfOptions read_ovf(Reader& reader, bool residual) {
  OvfOptions ovf;
  if (reader.meaning("training.noise", kTrainingNoises) != TrainingNoise::gaussian)
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

IrsOptions read_irs(Reader& reader) {
  if (reader.meaning("training.noise", kTrainingNoises) != TrainingNoise::gaussian)
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

}  // namespace

std::string_view word_of(MethodKind method) {
  return kMethods.word_of(method);
}

std::vector<std::string_view> method_words() {
  return kMethods.all();
}

std::vector<Key> method_keys() {
  using enum KeyType;
  return {
      {.path = "training.kurtosis.lambda",
       .type = real,
       .fallback = "1e-3",
       .low = 0,
       .high = 1e6,
       .help = "factor in the loss of the sum over layers of the weights' kurtosis (kurtosis), or of the mean over "
               "layers of (kurtosis - target)^2 (kure)"},
      {.path = "training.kurtosis.target",
       .type = real,
       .fallback = "1.8",
       .low = 1,
       .high = 1e6,
       .help = "kurtosis of the weights that method kure aims at (uniform 1.8, Gaussian 3)"},
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
      {.path = "training.replicas",
       .type = integer,
       .fallback = "1",
       .low = 1,
       .high = 1024,
       .changes_results = false,
       .sweepable = false,
       .help = "independent trainings: the dimension `replica`"},
      {.path = "training.noise",
       .type = text,
       .fallback = "\"gaussian\"",
       .words = kTrainingNoises.all(),
       .help = "noise in training with noise-injection: Gaussian of the sd training.noise_sigma on the weights, or "
               "what programming the point's own arrays does"},
      {.path = "training.noise_sigma",
       .type = real,
       .fallback = "\"tested\"",
       .low = 0,
       .high = Key::kMostSigma,
       .words = {"tested"},
       .help = "sigma of the weight noise in training with noise-injection, ovf and irs; tested: the point's own "
               "hardware.variation.sigma"},
      {.path = "training.validation_chips",
       .type = integer,
       .fallback = "4",
       .low = 1,
       .high = 1024,
       .help = "noisy chips on which an epoch is validated, with noise-injection, ovf and irs"},
  };
}

MethodKind read_method(Reader& reader) {
  return reader.meaning("training.method", kMethods);
}

void read_method_options(Reader& reader, const Hardware& tested, bool residual, FileCache& files,
                         TrainingOptions& training) {
  if (training.method == MethodKind::noise_injection &&
      reader.meaning("training.noise", kTrainingNoises) == TrainingNoise::hardware) {
    if (!tested.arrays)
      fail_usage("{}: 'training.noise' is \"hardware\", which needs hardware.simulate = \"arrays\"",
                 reader.where("training.noise"));
    training.noise_arrays = read_hardware(reader, files).array;
    training.validation_chips = static_cast<int>(reader.integer("training.validation_chips"));
  } else if (training.method == MethodKind::noise_injection) {
    read_training_noise(reader, tested, training);
  } else if (training.method == MethodKind::ovf) {
    read_training_noise(reader, tested, training);
    training.ovf = read_ovf(reader, residual);
  } else if (training.method == MethodKind::irs) {
    read_training_noise(reader, tested, training);
    training.irs = read_irs(reader);
  } else if (training.method == MethodKind::kurtosis || training.method == MethodKind::kure) {
    training.kurtosis.lambda = reader.real("training.kurtosis.lambda");
    if (training.method == MethodKind::kure) training.kurtosis.target = reader.real("training.kurtosis.target");
  }
}

}  // namespace ohmcarlo
