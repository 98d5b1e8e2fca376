// LSTM.

#include <algorithm>

#include <fmt/ranges.h>

#include "exchange/onnx_graph.hpp"
#include "exchange/onnx_operators.hpp"

namespace ohmcarlo::onnx_operators {

void convert_lstm(OnnxGraph& graph, OnnxNode& node) {
  const OnnxValue from = graph.frames(node, 0);
  static const std::vector<std::string> kActivations = {"Sigmoid", "Tanh", "Tanh"};
  if (const std::string way = node.text("direction", "forward"); way != "forward")
    node.refuse("direction is '{}' (allowed: forward)", printable(way));
  if (node.texts("activations", kActivations) != kActivations)
    node.refuse("its activations are not {}", fmt::join(kActivations, ", "));
  if (node.integer("input_forget", 0) != 0) node.refuse("its input and forget gates are coupled");
  if (!node.input(4).empty()) node.refuse("it takes lengths of sequences (allowed: none, they come with the data)");
  for (int i = kInitialState; i < kInitialState + 2; ++i)
    if (!graph.is_zeros(node.input(static_cast<std::size_t>(i))))
      node.refuse("its initial state ('{}') is not known to be zero",
                  printable(node.input(static_cast<std::size_t>(i))));
  if (!node.input(7).empty()) node.refuse("its peepholes are not supported");
  const bool sequences_first = node.integer("layout", 0) != 0;
  if (from.axes != "abf" && from.axes != "baf")
    node.refuse("its input is of the shape {} (allowed: [{}, features])", describe(from),
                sequences_first ? "sequences, steps" : "steps, sequences");
  const char first = from.axes[0], second = from.axes[1];
  const char sequences = sequences_first ? first : second, steps = sequences_first ? second : first;
  if (graph.steps() && *graph.steps() != steps) node.refuse("its time steps are what another LSTM takes for sequences");
  graph.steps() = steps;

  std::optional<OnnxTensor> biases;
  if (!node.input(3).empty()) biases = graph.floats(node, 3);
  LayerParameters<float> parameters =
      lstm_parameters(node, graph.floats(node, 1), graph.floats(node, 2), biases, from.shape[0]);
  const Index hidden = parameters.bias.size() / 4;
  if (node.integer("hidden_size", hidden) != hidden) node.refuse("hidden_size is not {}, that of its weights", hidden);
  const std::size_t number =
      graph.push(node, from, [&] { return lstm(graph.next_name("lstm"), planes_of(from.shape), hidden); });
  graph.keep_parameters(std::move(parameters));
  const OnnxValue all{
      number, {hidden}, sequences_first ? Axes{sequences, steps, '1', 'f'} : Axes{steps, '1', sequences, 'f'}};
  graph.give(node, all);
  if (node.proto().output_size() < 2 || graph.count_uses(node.proto().output(1)) == 0) return;
  graph.give(node,
             {push_last_frame(graph, node, all),
              {hidden},
              sequences_first ? Axes{sequences, '1', 'f'} : Axes{'1', sequences, 'f'}},
             1);
}

}  // namespace ohmcarlo::onnx_operators
