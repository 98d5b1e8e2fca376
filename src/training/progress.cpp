#include "training/progress.hpp"

#include "base/bytes.hpp"

namespace ohmcarlo {
namespace {

/// Calls visit(array) for every array of values, in one order for writing and reading.
template <class Layers, class Visit>
void visit_parameters(Layers& layers, const Visit& visit) {
  for (auto& layer : layers) {
    visit(layer.weights);
    visit(layer.bias);
  }
}

template <class Layers, class Visit>
void visit_normalisations(Layers& layers, const Visit& visit) {
  for (auto& layer : layers) {
    visit(layer.gamma);
    visit(layer.beta);
  }
}

template <class State, class Visit>
void visit_state(State& state, const Visit& visit) {
  visit_parameters(state.parameters, visit);
  visit_normalisations(state.normalisations.parameters, visit);
  for (auto& layer : state.normalisations.running) {
    visit(layer.mean);
    visit(layer.variance);
  }
  visit(state.converters.adc);
  visit(state.converters.dac);
}

template <class Progress, class Visit>
void visit_arrays(Progress& progress, const Visit& visit) {
  visit_state(progress.state, visit);
  visit_state(progress.model.state, visit);
  for (auto& moment : progress.optimizer.moments) {
    visit_parameters(moment.parameters, visit);
    visit_normalisations(moment.normalisations, visit);
    visit(moment.log_adc_scales);
  }
}

}  // namespace

std::string pack(const TrainingProgress& progress) {
  ByteWriter bytes;
  bytes.write(progress.steps)
      .write(progress.loss_sum)
      .write(progress.best)
      .write(progress.optimizer.steps)
      .write(progress.model.epoch)
      .write(progress.model.diverged)
      .write(progress.model.epochs);
  visit_arrays(progress, [&](const auto& array) {
    bytes.write_array(std::span(array.data(), static_cast<std::size_t>(array.size())));
  });
  return bytes.take();
}

TrainingProgress unpack_progress(const std::string& text, const NetworkSpec& spec, const TrainingOptions& options) {
  ByteReader bytes(text);
  TrainingProgress progress = begin_training(spec, options, {});
  progress.steps = bytes.read<std::uint64_t>();
  progress.loss_sum = bytes.read<double>();
  progress.best = bytes.read<double>();
  progress.optimizer.steps = bytes.read<std::int64_t>();
  progress.model.epoch = bytes.read<int>();
  progress.model.diverged = bytes.read<bool>();
  progress.model.epochs = bytes.read<std::vector<EpochReport>>();
  visit_arrays(progress,
               [&](auto& array) { bytes.read_array(std::span(array.data(), static_cast<std::size_t>(array.size()))); });
  require(bytes.at_end(), "a training's progress holds nothing more");
  return progress;
}

}  // namespace ohmcarlo
