// Gemm and MatMul: activations times a matrix of the file.

#include <algorithm>

#include <fmt/ranges.h>

#include "exchange/onnx_graph.hpp"
#include "exchange/onnx_operators.hpp"

namespace ohmcarlo::onnx_operators {
namespace {

void add_dense(OnnxGraph& graph, OnnxNode& node, const OnnxValue& from, Matrix<float> weights, Vector<float> bias,
               bool biased) {
  graph.require_rank(node, from, 1);
  if (!from.axes.empty() && from.axes.back() != 'f') node.refuse("the features of frames are not their last axis");
  if (weights.cols() != from.shape[0])
    node.refuse("its matrix takes {} features, but there are {}", weights.cols(), from.shape[0]);
  if (!from.turn.is_plain()) {  // the columns of the file, in the order in which features lie here
    const Matrix<float> columns = weights;
    const std::vector<Index> places = from.turn.places(weights.cols());
    for (Index j = 0; j < columns.cols(); ++j) weights.col(places[static_cast<std::size_t>(j)]) = columns.col(j);
  }
  graph.push_and_give(node, from,
                      [&] { return dense(graph.next_name("dense"), weights.cols(), weights.rows(), biased); });
  graph.keep_product(node, std::move(weights), std::move(bias));
}

/// The matrix that is input 1, [outputs, inputs].
Matrix<float> matrix(OnnxGraph& graph, const OnnxNode& node, bool transposed) {
  const OnnxTensor tensor = graph.floats(node, 1);
  if (tensor.shape.size() != 2 || product_of(tensor.shape) == 0)
    node.refuse("its input 2 is of the shape [{}] (allowed: a matrix)", fmt::join(tensor.shape, ", "));
  const Eigen::Map<const Matrix<float>> stored(tensor.values.data(), tensor.shape[0], tensor.shape[1]);
  if (transposed) return stored;
  return stored.transpose();
}

}  // namespace

void convert_product(OnnxGraph& graph, OnnxNode& node) {
  Matrix<float> weights = matrix(graph, node, false);
  const Index outputs = weights.rows();
  add_dense(graph, node, graph.activations(node, 0), std::move(weights), Vector<float>::Zero(outputs), false);
}

void convert_gemm(OnnxGraph& graph, OnnxNode& node) {
  const auto alpha = static_cast<float>(node.real("alpha", 1)), beta = static_cast<float>(node.real("beta", 1));
  if (node.integer("transA", 0) != 0) node.refuse("its activations are transposed, which is not supported");
  Matrix<float> weights = alpha * matrix(graph, node, node.integer("transB", 0) != 0);
  const Index outputs = weights.rows();
  Vector<float> bias = Vector<float>::Zero(outputs);
  const bool biased = !node.input(2).empty();
  if (biased) bias = beta * graph.spread(node, 2, {std::nullopt, {outputs}}, {outputs, 1, 1});
  if (!weights.allFinite() || !bias.allFinite()) node.refuse("alpha or beta lead to infinite weights");
  graph.require_images(node, graph.activations(node, 0));
  add_dense(graph, node, graph.activations(node, 0), std::move(weights), std::move(bias), biased);
}

}  // namespace ohmcarlo::onnx_operators
