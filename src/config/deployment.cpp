#include "config/deployment.hpp"

#include <algorithm>
#include <array>

#include <fmt/ranges.h>

#include "base/error.hpp"
#include "config/pick.hpp"

namespace ohmcarlo {
namespace {

constexpr const char* kSteps = "deployment.steps";
constexpr std::array kKnown = {"calibrate", "in-situ", "retrain"};

[[noreturn]] void refuse(const Reader& reader, const std::string& why) {
  fail_usage("{}: '{}': {}", reader.where(kSteps), kSteps, why);
}

CalibrateOptions read_calibrate(Reader& reader) {
  CalibrateOptions calibrate;
  calibrate.form = pick<StandardForm>(reader.text("deployment.calibrate.form"),
                                      {{"constant", StandardForm::constant}, {"projection", StandardForm::projection}});
  calibrate.standard = pick<StandardKind>(reader.text("deployment.calibrate.standard"),
                                          {{"mean", StandardKind::mean}, {"ones", StandardKind::ones}});
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
  in_situ.rule =
      pick<WriteRule>(reader.text("deployment.in-situ.rule"),
                      {{"analog", WriteRule::analog}, {"pulses", WriteRule::pulses}, {"sign", WriteRule::sign}});
  if (in_situ.rule != WriteRule::analog) in_situ.pulse = reader.real("deployment.in-situ.pulse");
  in_situ.smallest_write = reader.real("deployment.in-situ.smallest_write");
  if (hardware.array.cells.defects) in_situ.write_sigma = reader.real("deployment.in-situ.write_sigma");
  return in_situ;
}

/// Single cells are written: what that needs of the hardware.
void check_writes(const Reader& reader, const DeploymentOptions& deployment, const Hardware& hardware) {
  const ArrayOptions& array = hardware.array;
  if (array.format.polarities() != 2 || array.format.slices() != 1)
    refuse(
        reader,
        "\"in-situ\" and \"retrain\" write pairs of one cell each (allowed: hardware.mapping one-sided or mid-point, "
        "cell_bits = weight_bits or \"analog\")");
  if (!array.wires.ideal()) refuse(reader, "\"in-situ\" and \"retrain\" do not go with wires that have resistance");
  if (array.cells.drift) refuse(reader, "\"in-situ\" and \"retrain\" do not go with drift");
  if (deployment.retrain && !array.cells.defects)
    refuse(reader, "\"retrain\" needs cells that are exact unless known to be defective (allowed: hardware.defects)");
  if (deployment.retrain && array.redrawn())
    refuse(reader,
           "\"retrain\" needs defective cells that hold what they have (allowed: hardware.defects.lifetime = "
           "\"program\")");
}

}  // namespace

DeploymentOptions read_deployment(Reader& reader, const Hardware& hardware) {
  DeploymentOptions deployment;
  if (!hardware.arrays) {
    if (reader.is_written(kSteps))
      refuse(reader, "needs hardware.simulate = \"arrays\": float weights have no cells to read or write");
    return deployment;
  }
  std::vector<std::string> steps = reader.texts(kSteps);
  for (const std::string& step : steps)
    if (std::ranges::find(kKnown, step) == kKnown.end())
      refuse(reader, fmt::format("unknown step \"{}\" (allowed: \"{}\")", step, fmt::join(kKnown, "\", \"")));
  std::ranges::sort(steps);
  if (const auto twice = std::ranges::adjacent_find(steps); twice != steps.end())
    refuse(reader, fmt::format("step \"{}\" stands there twice (allowed: once)", *twice));
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
      refuse(reader, fmt::format("layer {} works on sequences, which no step is made for (allowed: [])", layer.name));
}

void check_defects(const Reader& reader, const Hardware& hardware, const NetworkSpec& network) {
  if (!hardware.arrays || !hardware.array.cells.defects) return;
  const std::size_t layers = network.weight_layers().size();
  for (const std::uint32_t layer : hardware.array.cells.defects->layers)
    if (layer >= layers)
      fail_usage("{}: 'hardware.defects.layers' names layer {} (allowed: 1 to {}, the layers with weights)",
                 reader.where("hardware.defects.layers"), layer + 1, layers);
  if (hardware.array.redrawn() && network.takes_sequences())
    fail_usage("{}: 'hardware.defects.lifetime' is \"read\", which does not go with sequences (allowed: \"program\")",
               reader.where("hardware.defects.lifetime"));
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
