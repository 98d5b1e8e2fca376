#include "config/training.hpp"

#include "base/error.hpp"
#include "config/pick.hpp"
#include "config/words.hpp"

namespace ohmcarlo {
namespace {

constexpr auto kMethods = make_words<MethodKind>({{"plain", MethodKind::plain},
                                                  {"noise-injection", MethodKind::noise_injection},
                                                  {"ovf", MethodKind::ovf},
                                                  {"irs", MethodKind::irs},
                                                  {"kurtosis", MethodKind::kurtosis},
                                                  {"kure", MethodKind::kure}});

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

/// Gaussian weight noise of training.noise_sigma, and the chips on which it is judged.
void read_training_noise(Reader& reader, const Hardware& tested, TrainingOptions& training) {
  const bool is_tested = reader.is_word("training.noise_sigma");
  training.noise.sigma = is_tested ? tested_sigma(reader, tested) : reader.real("training.noise_sigma");
  reader.substitute("training.noise_sigma", training.noise.sigma);
  read_cells(reader, training.noise);
  // The noise of the tested devices: of the band, too, if there is one.
  if (is_tested && !tested.arrays && tested.variation.band_factor != 1)
    training.noise.band_factor = reader.real("hardware.variation.band_factor");
  training.validation_chips = static_cast<int>(reader.integer("training.validation_chips"));
}

OvfOptions read_ovf(Reader& reader, bool residual) {
  OvfOptions ovf;
  if (reader.text("training.noise") != "gaussian")
    fail_usage(
        "{}: 'training.noise' is \"hardware\", which has no sigma that method \"ovf\" could enlarge (allowed: "
        "\"gaussian\")",
        reader.where("training.noise"));
  ovf.beta = reader.real("training.ovf.beta");
  ovf.passes = static_cast<int>(reader.integer("training.ovf.passes"));
  ovf.schedule = pick<OvfSchedule>(reader.text("training.ovf.schedule"),
                                   {{"steps", OvfSchedule::steps}, {"range", OvfSchedule::range}});
  if (ovf.schedule == OvfSchedule::steps) {
    ovf.sigma_step = reader.real("training.ovf.sigma_step");
  } else {
    ovf.start = reader.real("training.ovf.start");
    ovf.end = reader.real("training.ovf.end");
  }
  if (residual)
    ovf.coverage = pick<OvfCoverage>(reader.text("training.ovf.coverage"),
                                     {{"published", OvfCoverage::published}, {"coded", OvfCoverage::coded}});
  return ovf;
}

IrsOptions read_irs(Reader& reader) {
  if (reader.text("training.noise") != "gaussian")
    fail_usage("{}: 'training.noise' is \"hardware\", but method \"irs\" takes \"gaussian\" only",
               reader.where("training.noise"));
  IrsOptions irs;
  irs.beta = reader.real("training.irs.beta");
  irs.hidden = reader.integer("training.irs.hidden");
  const std::string architecture = reader.text("network.architecture");
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
  const std::vector<std::string> after = reader.texts("training.irs.after");
  const std::vector<std::int64_t> pooled = reader.integers("training.irs.pooled");
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

TrainingOptions read_training(Reader& reader, const Hardware& tested, bool residual, bool begun) {
  TrainingOptions training;
  training.method = kMethods.meaning_of(reader.text("training.method"));
  training.epochs = static_cast<int>(reader.integer("training.epochs"));
  if (training.epochs == 0 && !begun)
    fail_usage("{}: 'training.epochs' is 0, but no file holds weights (allowed: with network.file or network.weights)",
               reader.where("training.epochs"));
  training.batch = static_cast<int>(reader.integer("training.batch"));
  training.optimizer = pick<OptimizerKind>(reader.text("training.optimizer"),
                                           {{"adam", OptimizerKind::adam}, {"sgd", OptimizerKind::sgd}});
  training.learning_rate = reader.real("training.learning_rate");
  if (training.optimizer == OptimizerKind::sgd) training.momentum = reader.real("training.momentum");
  training.weight_decay = reader.real("training.weight_decay");
  training.schedule = pick<ScheduleKind>(
      reader.text("training.schedule"),
      {{"constant", ScheduleKind::constant}, {"cosine", ScheduleKind::cosine}, {"step", ScheduleKind::step}});
  if (training.schedule == ScheduleKind::step) {
    training.step_epochs = static_cast<int>(reader.integer("training.step_epochs"));
    training.step_factor = reader.real("training.step_factor");
  }
  training.augmentation = {static_cast<int>(reader.integer("training.crop_padding")), reader.boolean("training.flip")};
  if (reader.has("training.weight_bits"))
    training.weight_bits = static_cast<int>(reader.integer("training.weight_bits"));
  if (reader.has("training.activation_bits"))
    training.activation_bits = static_cast<int>(reader.integer("training.activation_bits"));
  if (training.method == MethodKind::plain || training.method == MethodKind::noise_injection)
    training.logit_scale = reader.real("training.logit_scale");
  if (training.method == MethodKind::noise_injection && reader.text("training.noise") == "hardware") {
    if (!tested.arrays)
      fail_usage("{}: 'training.noise' is \"hardware\", which needs hardware.simulate = \"arrays\"",
                 reader.where("training.noise"));
    training.noise_arrays = read_hardware(reader).array;
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
  return training;
}

}  // namespace ohmcarlo
