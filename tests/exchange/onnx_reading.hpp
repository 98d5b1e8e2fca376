#pragma once
// What becomes of small ONNX files.

#include <functional>

#include <gmock/gmock.h>

#include "exchange/onnx_files.hpp"

namespace ohmcarlo::test {

inline ImportedNetwork read(const OnnxFile& file) {
  const Scratch folder;
  return read_onnx(file.write(folder));
}

inline std::string refused(const OnnxFile& file) {
  return error_of([&] { (void)read(file); }, typeid(BadData));
}

/// What is said of the perceptron after a change.
inline std::string refused_after(const std::function<void(OnnxFile&)>& change) {
  OnnxFile file = perceptron();
  change(file);
  return refused(file);
}

/// What is said of one node of operator `op` between planes [2, 6, 6] and a global mean.
inline std::string refused_on_planes(const std::string& op,
                                     const std::function<void(OnnxFile&, onnx::NodeProto&)>& change,
                                     std::initializer_list<const char*> inputs = {"c"}) {
  OnnxFile file({2, 6, 6});
  file.tensor("w", {2, 2, 1, 1});
  file.node("Conv", {"x", "w"}, "c");
  change(file, file.node(op, inputs, "p"));
  file.node("GlobalAveragePool", {"p"}, "g");
  file.node("Flatten", {"g"}, "y");
  return refused(file);
}

inline Vector<float> outputs(const ImportedNetwork& imported, const std::vector<float>& x) {
  const Network<float> network(imported.spec);
  const MatrixPass<float> pass(imported.state.parameters, imported.state.normalisations.evaluated());
  Activations<float> activations;
  const View<const float> y = network.forward({x.data(), 1, static_cast<Index>(x.size())}, pass.weights(), activations);
  return y.map().row(0);
}

}  // namespace ohmcarlo::test
