// LSTM, GRU and RNN.

#include <algorithm>

#include <fmt/ranges.h>

#include "exchange/onnx_graph.hpp"
#include "exchange/onnx_operators.hpp"

namespace ohmcarlo::onnx_operators {
namespace {

/// What a recurrent node takes, and which of the axes is which.
struct Recurrence {
  OnnxValue from;
  char sequences, steps;
  bool sequences_first;
  OnnxTensor w, r;
  std::optional<OnnxTensor> biases;
};

/// Refuses what no recurrent layer here has. `states`: how many initial states the node may take.
Recurrence start(OnnxGraph& graph, OnnxNode& node, int states) {
  const OnnxValue from = graph.frames(node, 0);
  if (const std::string way = node.text("direction", "forward"); way != "forward")
    node.refuse("direction is '{}' (allowed: forward)", printable(way));
  if (!node.input(4).empty()) node.refuse("it takes lengths of sequences (allowed: none, they come with the data)");
  for (int i = kInitialState; i < kInitialState + states; ++i)
    if (!graph.is_zeros(node.input(static_cast<std::size_t>(i))))
      node.refuse("its initial state ('{}') is not known to be zero",
                  printable(node.input(static_cast<std::size_t>(i))));
  const bool sequences_first = node.integer("layout", 0) != 0;
  if (from.axes != "abf" && from.axes != "baf")
    node.refuse("its input is of the shape {} (allowed: [{}, features])", describe(from),
                sequences_first ? "sequences, steps" : "steps, sequences");
  const char first = from.axes[0], second = from.axes[1];
  const char sequences = sequences_first ? first : second, steps = sequences_first ? second : first;
  if (graph.steps() && *graph.steps() != steps)
    node.refuse("its time steps are what another recurrent node takes for sequences");
  graph.steps() = steps;
  Recurrence found{from, sequences, steps, sequences_first, graph.floats(node, 1), graph.floats(node, 2), {}};
  if (!node.input(3).empty()) found.biases = graph.floats(node, 3);
  return found;
}

/// Gives Y, all frames, and Y_h, the last one, of the layer number `number`, which was pushed last.
void finish(OnnxGraph& graph, OnnxNode& node, const Recurrence& of, std::size_t number,
            LayerParameters<float> parameters) {
  const Index hidden = of.r.shape.back();
  if (node.integer("hidden_size", hidden) != hidden) node.refuse("hidden_size is not {}, that of its weights", hidden);
  graph.keep_parameters(std::move(parameters));
  const OnnxValue all{
      number,
      {hidden},
      of.sequences_first ? Axes{of.sequences, of.steps, '1', 'f'} : Axes{of.steps, '1', of.sequences, 'f'}};
  graph.give(node, all);
  if (node.proto().output_size() < 2 || graph.count_uses(node.proto().output(1)) == 0) return;
  graph.give(node,
             {push_last_frame(graph, node, all),
              {hidden},
              of.sequences_first ? Axes{of.sequences, '1', 'f'} : Axes{'1', of.sequences, 'f'}},
             1);
}

void require_activations(OnnxNode& node, const std::vector<std::string>& expected) {
  if (node.texts("activations", expected) != expected)
    node.refuse("its activations are not {}", fmt::join(expected, ", "));
}

void push_recurrent(OnnxGraph& graph, OnnxNode& node, const Recurrence& of, RecurrentCell cell, const char* name,
                    const std::vector<Index>& gates) {
  const Index hidden = of.r.shape.empty() ? 0 : of.r.shape.back();
  const bool apart = cell == RecurrentCell::gru_reset_behind;
  LayerParameters<float> parameters =
      gate_parameters(node, of.w, of.r, of.biases, of.from.shape[0], gates, apart ? hidden : 0);
  Vector<float> behind;
  if (apart && of.biases)
    behind = Eigen::Map<const Vector<float>>(of.biases->values.data(), std::ssize(of.biases->values)).tail(hidden);
  const std::size_t number = graph.push(node, of.from, [&] {
    return recurrent(graph.next_name(name), planes_of(of.from.shape), hidden, cell, std::move(behind));
  });
  finish(graph, node, of, number, std::move(parameters));
}

}  // namespace

void convert_lstm(OnnxGraph& graph, OnnxNode& node) {
  require_activations(node, {"Sigmoid", "Tanh", "Tanh"});
  if (node.integer("input_forget", 0) != 0) node.refuse("its input and forget gates are coupled");
  if (!node.input(7).empty()) node.refuse("its peepholes are not supported");
  const Recurrence of = start(graph, node, 2);
  LayerParameters<float> parameters = lstm_parameters(node, of.w, of.r, of.biases, of.from.shape[0]);
  const std::size_t number = graph.push(
      node, of.from, [&] { return lstm(graph.next_name("lstm"), planes_of(of.from.shape), of.r.shape.back()); });
  finish(graph, node, of, number, std::move(parameters));
}

void convert_gru(OnnxGraph& graph, OnnxNode& node) {
  const Recurrence of = start(graph, node, 1);
  require_activations(node, {"Sigmoid", "Tanh"});
  const bool behind = node.integer("linear_before_reset", 0) != 0;
  push_recurrent(graph, node, of, behind ? RecurrentCell::gru_reset_behind : RecurrentCell::gru, "gru", {0, 1, 2});
}

void convert_rnn(OnnxGraph& graph, OnnxNode& node) {
  const Recurrence of = start(graph, node, 1);
  const std::vector<std::string> rectifier = {"Relu"};
  const bool rectifies = node.texts("activations", {}) == rectifier;
  if (!rectifies) require_activations(node, {"Tanh"});
  push_recurrent(graph, node, of, rectifies ? RecurrentCell::relu : RecurrentCell::tanh, "rnn", {0});
}

}  // namespace ohmcarlo::onnx_operators
