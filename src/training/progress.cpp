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
}

template <class Progress, class Visit>
void visit_arrays(Progress& progress, const Visit& visit) {
  visit_state(progress.state, visit);
  visit_state(progress.model.state, visit);
  for (auto& moment : progress.optimizer.moments) {
    visit_parameters(moment.parameters, visit);
    visit_normalisations(moment.normalisations, visit);
  }
}

}  // namespace

std::string pack(const TrainingProgress& progress) {
  ByteWriter bytes;
  bytes.put(progress.steps)
      .put(progress.loss_sum)
      .put(progress.best)
      .put(progress.optimizer.steps)
      .put(progress.model.epoch)
      .put(progress.model.diverged)
      .put(progress.model.epochs);
  visit_arrays(progress, [&](const auto& array) {
    bytes.put_array(std::span(array.data(), static_cast<std::size_t>(array.size())));
  });
  return bytes.take();
}

TrainingProgress unpack_progress(const std::string& text, const NetworkSpec& spec, const TrainingOptions& options) {
  ByteReader bytes(text);
  TrainingProgress progress = begin_training(spec, options, {});
  progress.steps = bytes.get<std::uint64_t>();
  progress.loss_sum = bytes.get<double>();
  progress.best = bytes.get<double>();
  progress.optimizer.steps = bytes.get<std::int64_t>();
  progress.model.epoch = bytes.get<int>();
  progress.model.diverged = bytes.get<bool>();
  progress.model.epochs = bytes.get<std::vector<EpochReport>>();
  visit_arrays(progress,
               [&](auto& array) { bytes.get_array(std::span(array.data(), static_cast<std::size_t>(array.size()))); });
  require(bytes.at_end(), "a training's progress holds nothing more");
  return progress;
}

}  // namespace ohmcarlo
