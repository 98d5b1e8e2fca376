#include "config/deployment.hpp"

#include <algorithm>
#include <array>

#include <fmt/ranges.h>

#include "base/error.hpp"

namespace ohmcarlo {
namespace {

constexpr const char* kSteps = "deployment.steps";
constexpr auto kStandardForms =
    make_words<StandardForm>({{"constant", StandardForm::constant}, {"projection", StandardForm::projection}});
constexpr auto kStandardKinds = make_words<StandardKind>({{"mean", StandardKind::mean}, {"ones", StandardKind::ones}});
constexpr auto kWriteRules =
    make_words<WriteRule>({{"analog", WriteRule::analog}, {"pulses", WriteRule::pulses}, {"sign", WriteRule::sign}});
constexpr std::array kKnownSteps = {"calibrate", "in-situ", "retrain"};

[[noreturn]] void refuse_steps(const Reader& reader, const std::string& why) {
  fail_usage("{}: '{}': {}", reader.where(kSteps), kSteps, why);
}

CalibrateOptions read_calibrate(Reader& reader) {
  CalibrateOptions calibrate;
  calibrate.form = reader.meaning("deployment.calibrate.form", kStandardForms);
  calibrate.standard = reader.meaning("deployment.calibrate.standard", kStandardKinds);
  if (calibrate.form == StandardForm::projection) calibrate.groups = reader.integer("deployment.calibrate.groups");
  calibrate.reads = static_cast<int>(reader.integer("deployment.calibrate.reads"));
  return calibrate;
}

InSituOptions read_in_situ(Reader& reader, const Hardware& hardware) {
  InSituOptions in_situ;
  in_situ.threshold = reader.real("deployment.in-situ.threshold");
  in_situ.updates = reader.integer("deployment.in-situ.updates");
  in_situ.check_every = reader.integer("deployment.in-situ.check_every");
  in_situ.batch = static_cast<int>(reader.integer("deployment.in-situ.batch"));
  in_situ.learning_rate = reader.real("deployment.in-situ.learning_rate");
  in_situ.rule = reader.meaning("deployment.in-situ.rule", kWriteRules);
  if (in_situ.rule != WriteRule::analog) in_situ.pulse = reader.real("deployment.in-situ.pulse");
  in_situ.smallest_write = reader.real("deployment.in-situ.smallest_write");
  if (hardware.array.cells.defects) in_situ.write_sigma = reader.real("deployment.in-situ.write_sigma");
  return in_situ;
}

/// Single cells are written: what that needs of the hardware.
void check_writes(const Reader& reader, const DeploymentOptions& deployment, const Hardware& hardware) {
  const ArrayOptions& array = hardware.array;
  if (array.format.polarities() != 2 || array.format.slices() != 1)
    refuse_steps(
        reader,
        "\"in-situ\" and \"retrain\" write pairs of one cell each (allowed: hardware.mapping one-sided or mid-point, "
        "cell_bits = weight_bits or \"analog\")");
  if (!array.wires.ideal())
    refuse_steps(reader, "\"in-situ\" and \"retrain\" do not go with wires that have resistance");
  if (array.cells.drift) refuse_steps(reader, "\"in-situ\" and \"retrain\" do not go with drift");
  if (deployment.retrain && !array.cells.defects)
    refuse_steps(reader,
                 "\"retrain\" needs cells that are exact unless known to be defective (allowed: hardware.defects)");
  if (deployment.retrain && array.redrawn())
    refuse_steps(reader,
                 "\"retrain\" needs defective cells that hold what they have (allowed: hardware.defects.lifetime = "
                 "\"program\")");
}

}  // namespace

std::vector<Key> deployment_keys() {
  using enum KeyType;
  return {
      {.path = "deployment.steps",
       .type = text_list,
       .fallback = "[]",
       .help = "what is done to a chip of arrays before it is evaluated: \"calibrate\", \"in-situ\", \"retrain\""},
      {.path = "deployment.calibrate.form",
       .type = text,
       .fallback = "\"constant\"",
       .words = kStandardForms.all(),
       .help = "what calibration subtracts: the error of the standard input, or its part that an input holds"},
      {.path = "deployment.calibrate.standard",
       .type = text,
       .fallback = "\"mean\"",
       .words = kStandardKinds.all(),
       .help = "the standard input of calibration: a layer's mean input over the calibration images, or all ones"},
      {.path = "deployment.calibrate.groups",
       .type = integer,
       .fallback = "1",
       .low = 1,
       .high = 1e6,
       .help = "groups of rows with a standard input each, with form projection; more than a layer has inputs: as many "
               "as it has"},
      {.path = "deployment.calibrate.reads",
       .type = integer,
       .fallback = "1",
       .low = 1,
       .high = 1e6,
       .help = "reads of each standard input, whose mean counts"},
      {.path = "deployment.in-situ.threshold",
       .type = real,
       .fallback = "1e-2",
       .low = 0,
       .high = Key::kMostSigma,
       .help = "in-situ training ends once the outputs of every layer are nearer to those of the clean weights than "
               "this (mean over the probe images, part of the largest output)"},
      {.path = "deployment.in-situ.updates",
       .type = integer,
       .fallback = "600",
       .low = 0,
       .high = 1e9,
       .help = "most updates of in-situ training"},
      {.path = "deployment.in-situ.check_every",
       .type = integer,
       .fallback = "50",
       .low = 1,
       .high = 1e9,
       .help = "updates of in-situ training between two looks at the outputs"},
      {.path = "deployment.in-situ.batch",
       .type = integer,
       .fallback = "100",
       .low = 1,
       .high = 100000,
       .help = "training images of one update of in-situ training"},
      {.path = "deployment.in-situ.learning_rate",
       .type = real,
       .fallback = "0.02",
       .low = Key::kAboveZero,
       .high = 1000,
       .help = "learning rate of in-situ training"},
      {.path = "deployment.in-situ.rule",
       .type = text,
       .fallback = "\"analog\"",
       .words = kWriteRules.all(),
       .help = "what in-situ training writes: the wished change of a cell, the nearest number of pulses, or one pulse "
               "in its direction"},
      {.path = "deployment.in-situ.pulse",
       .type = real,
       .fallback = "0.01",
       .low = 1e-6,
       .high = 1,
       .help = "change of a cell by one pulse, part of g_max - g_min, with rules pulses and sign"},
      {.path = "deployment.in-situ.smallest_write",
       .type = real,
       .fallback = "0.0",
       .low = 0,
       .high = 1,
       .help = "smallest wished change of a cell that in-situ training writes, part of g_max - g_min"},
      {.path = "deployment.in-situ.write_sigma",
       .type = real,
       .fallback = "0.0",
       .low = 0,
       .high = 100,
       .help = "sd of ln of the factor by which a change of a defective cell that varies misses"},
      {.path = "deployment.retrain.updates",
       .type = integer,
       .fallback = "600",
       .low = 0,
       .high = 1e9,
       .help = "updates of retraining, of a digital copy of a chip's weights"},
      {.path = "deployment.retrain.batch",
       .type = integer,
       .fallback = "100",
       .low = 1,
       .high = 100000,
       .help = "training images of one update of retraining"},
      {.path = "deployment.retrain.learning_rate",
       .type = real,
       .fallback = "0.02",
       .low = Key::kAboveZero,
       .high = 1000,
       .help = "learning rate of retraining"},
  };
}

DeploymentOptions read_deployment(Reader& reader, const Hardware& hardware) {
  DeploymentOptions deployment;
  if (!hardware.arrays) {
    if (reader.is_written(kSteps))
      refuse_steps(reader, "needs hardware.simulate = \"arrays\": float weights have no cells to read or write");
    return deployment;
  }
  std::vector<std::string> steps = reader.texts(kSteps);
  for (const std::string& step : steps)
    if (std::ranges::find(kKnownSteps, step) == kKnownSteps.end())
      refuse_steps(reader,
                   fmt::format("unknown step \"{}\" (allowed: \"{}\")", step, fmt::join(kKnownSteps, "\", \"")));
  std::ranges::sort(steps);
  if (const auto twice = std::ranges::adjacent_find(steps); twice != steps.end())
    refuse_steps(reader, fmt::format("step \"{}\" stands there twice (allowed: once)", *twice));
  const auto asked = [&](const char* step) { return std::ranges::find(steps, step) != steps.end(); };
  if (asked("calibrate")) deployment.calibrate = read_calibrate(reader);
  if (asked("in-situ")) deployment.in_situ = read_in_situ(reader, hardware);
  if (asked("retrain"))
    deployment.retrain = RetrainOptions{reader.integer("deployment.retrain.updates"),
                                        static_cast<int>(reader.integer("deployment.retrain.batch")),
                                        reader.real("deployment.retrain.learning_rate")};
  if (deployment.writes()) check_writes(reader, deployment, hardware);
  return deployment;
}

void check_deployment(const Reader& reader, const DeploymentOptions& deployment, const NetworkSpec& network) {
  if (!deployment.any()) return;
  for (const Node& layer : network.layers)
    if (layer.operation->takes_sequences())
      refuse_steps(reader,
                   fmt::format("layer {} works on sequences, which no step is made for (allowed: [])", layer.name));
}

std::vector<std::string> describe(const DeploymentOptions& deployment) {
  std::vector<std::string> lines;
  if (const auto& retrain = deployment.retrain)
    lines.push_back(
        fmt::format("retrain: {} digital updates of {} images around the defects, then each good cell is "
                    "written at most once",
                    retrain->updates, retrain->batch));
  if (const auto& calibrate = deployment.calibrate)
    lines.push_back(fmt::format(
        "calibrate: {} standard input{} a layer (at most one an input), read {} time{} each; {}", calibrate->groups,
        calibrate->groups == 1 ? "" : "s", calibrate->reads, calibrate->reads == 1 ? "" : "s",
        calibrate->form == StandardForm::constant ? "their error is subtracted as it is"
                                                  : "their error is subtracted in proportion to the input"));
  if (const auto& in_situ = deployment.in_situ)
    lines.push_back(fmt::format(
        "in-situ: at most {} updates of {} images, {} between looks, until outputs are within {:g} of full scale",
        in_situ->updates, in_situ->batch, in_situ->check_every, in_situ->threshold));
  return lines;
}

std::size_t images_seen(const DeploymentOptions& deployment) {
  std::int64_t images = 0;
  if (const auto& retrain = deployment.retrain) images += retrain->updates * retrain->batch;
  if (const auto& in_situ = deployment.in_situ) images += in_situ->updates * in_situ->batch;
  return static_cast<std::size_t>(images);
}

}  // namespace ohmcarlo
