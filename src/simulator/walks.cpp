#include "simulator/walks.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "chip/called_product.hpp"

namespace ohmcarlo {
namespace {

std::span<const float> row_of(View<const float> x, Index row) {
  return {x.row(row), static_cast<std::size_t>(x.cols)};
}

}  // namespace

Walk::Walk(const ArrayNetwork& network, SystemcSession& session)
    : network_(network), session_(session), specs_(network.network().spec().weight_layers()) {
  for (const Node& spec : specs_) layers_.push_back({spec.name, 0, 0});
}

void ImageWalk::run_layer(std::size_t i, const NamedSamples& samples, NamedCall call, View<const float> x,
                          View<float> y) {
  Matrix<float>& all = collected_.x;
  std::vector<View<float>>& outputs = collected_.y;
  if (call.group == 0) {
    all.resize(x.rows, specs_[i].weight_groups() * x.cols);
    outputs.clear();
  }
  all.middleCols(call.group * x.cols, x.cols) = x.map();
  outputs.push_back(y);
  if (call.group + 1 < specs_[i].weight_groups()) return;
  session_.connect(i, [&](const VectorName& vector, std::span<const float> values) {
    for (std::size_t group = 0; group < outputs.size(); ++group) {
      const auto count = static_cast<std::size_t>(y.cols);
      std::ranges::copy(values.subspan(group * count, count), outputs[group].row(vector.row));
    }
  });
  const Index start = session_.now();
  visit_named_rows(samples, specs_[i], call, x.rows, [&](Index first, Index rows, const RowNames& names) {
    for (Index r = 0; r < rows; ++r)
      session_.layer(i).store({names.image(r), names.position(r), first + r, 0},
                              row_of(View<const float>(all), first + r));
  });
  session_.run();
  const Index cycles = session_.layer(i).last_output() - start;
  layers_[i].vectors += x.rows;
  layers_[i].cycles += cycles;
  cycles_ += cycles;
}

View<const float> ImageWalk::run(const Batch& batch, std::span<const std::uint32_t> numbers, const Poll& poll) {
  const NamedSamples samples{{numbers.begin(), numbers.end()}, nullptr};
  std::vector<Index> calls(specs_.size(), 0);
  const auto product = [&](std::size_t i) {
    return CalledProduct([&, i](View<const float> x, View<float> y, Index group) {
      poll();
      run_layer(i, samples, {calls[i]++, group}, x, y);
    });
  };
  std::vector<decltype(product(0))> products;
  products.reserve(specs_.size());
  PassWeights<float> weights;
  weights.normalisations = network_.state().normalisations.evaluated();
  for (std::size_t i = 0; i < specs_.size(); ++i) {
    products.push_back(product(i));
    weights.products.push_back(&products.back());
    weights.biases.push_back(&network_.state().parameters[i].bias);
  }
  cycles_ = 0;
  return network_.network().forward(batch.x, weights, activations_);
}

SequenceWalk::SequenceWalk(const ArrayNetwork& network, SystemcSession& session)
    : Walk(network, session), between_(specs_.size()), one_frame_({1}, 1), started_(specs_.size()) {
  const std::vector<Node>& nodes = network.network().spec().layers;
  for (std::size_t i = 0; i < nodes.size(); ++i)
    if (nodes[i].has_weights()) places_.push_back(i);
  places_.push_back(nodes.size());
  for (std::size_t i = 0; i < specs_.size(); ++i) {
    between_[i].resize(nodes.size());
    session.connect(i, [this, i](const VectorName& vector, std::span<const float> values) {
      (*poll_)();
      pass_on(i, vector, values);
    });
  }
}

PassWeights<float> SequenceWalk::glue(const Sequences& sequences) const {
  PassWeights<float> weights;
  weights.normalisations = network_.state().normalisations.evaluated();
  weights.products.resize(specs_.size());
  weights.biases.resize(specs_.size());
  weights.sequences.sequences = &sequences;
  return weights;
}

void SequenceWalk::pass_on(std::size_t i, VectorName vector, std::span<const float> values) {
  const std::vector<Node>& nodes = network_.network().spec().layers;
  const std::size_t place = places_[i], next = places_[i + 1];
  Activations<float>& frame = between_[i];
  frame[place] = Eigen::Map<const Matrix<float>>(values.data(), 1, std::ssize(values));
  if (!specs_[i].operation->is_recurrent()) frame[place].row(0) += network_.state().parameters[i].bias.transpose();
  const bool last_frames =
      std::any_of(nodes.begin() + static_cast<std::ptrdiff_t>(place), nodes.begin() + static_cast<std::ptrdiff_t>(next),
                  [](const Node& node) { return node.operation->gives_one_row_a_sequence(); });
  if (last_frames) {
    if (vector.position + 1 < batch_->sequences->length(vector.lane)) return;
    vector.position = 0;
    vector.row = vector.lane;
  }
  network_.network().forward_part(frame[place], glue(one_frame_), frame, place + 1, next);
  const View<const float> given(frame[next - 1]);
  if (i + 1 == specs_.size()) {
    logits_.row(vector.row) = given.map().row(0);
    return;
  }
  if (started_[i + 1] < 0) started_[i + 1] = session_.now();
  ++layers_[i + 1].vectors;
  session_.layer(i + 1).store(vector, row_of(given, 0));
}

View<const float> SequenceWalk::run(const Batch& batch, std::span<const std::uint32_t> numbers, const Poll& poll) {
  const Sequences& sequences = *batch.sequences;
  batch_ = &batch;
  poll_ = &poll;
  View<const float> x(batch.x);
  Activations<float> before;
  if (places_.front() > 0) {
    network_.network().forward_part(batch.x, glue(sequences), before, 0, places_.front());
    x = View<const float>(before[places_.front() - 1]);
  }
  const NetworkSpec& spec = network_.network().spec();
  logits_.setZero(spec.gives_one_row_a_sequence() ? sequences.count() : x.rows, spec.classes);
  const Index start = session_.now();
  std::fill(started_.begin(), started_.end(), -1);
  started_.front() = start;
  for (Index step = 0; step < sequences.steps(); ++step)
    for (Index lane = 0; lane < sequences.count(); ++lane) {
      if (step >= sequences.length(lane)) continue;
      const Index row = sequences.row(lane, step);
      session_.layer(0).store({numbers[static_cast<std::size_t>(lane)], step, row, lane}, row_of(x, row));
    }
  layers_.front().vectors += sequences.frames();
  session_.run();
  for (std::size_t i = 0; i < specs_.size(); ++i) layers_[i].cycles += session_.layer(i).last_output() - started_[i];
  cycles_ = session_.layer(specs_.size() - 1).last_output() - start;
  return logits_;
}

}  // namespace ohmcarlo
