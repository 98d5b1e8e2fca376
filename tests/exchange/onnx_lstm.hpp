#pragma once
// Small ONNX files with an LSTM.

#include "exchange/onnx_reading.hpp"

namespace ohmcarlo::test {

/// x [steps, sequences, 1] -> LSTM of one unit -> y [steps, 1, sequences, 1] -> whatever `rest` adds, which gives "z".
inline OnnxFile one_unit(const std::function<void(OnnxFile&)>& rest) {
  OnnxFile file({-1, 1});
  file.graph().mutable_output(0)->set_name("z");
  file.tensor("w", {1, 4, 1}, {1, 2, 3, 4});  // i, o, f, c
  file.tensor("r", {1, 4, 1}, {5, 6, 7, 8});
  file.tensor("b", {1, 8}, {10, 20, 30, 40, 1, 2, 3, 4});
  file.node("LSTM", {"x", "w", "r", "b"}, "y");
  rest(file);
  return file;
}

inline std::string refused_of_lstm(const std::function<void(OnnxFile&)>& rest) {
  return error_of([&] { (void)read(one_unit(rest)); }, typeid(BadData));
}

inline void squeeze(OnnxFile& file, std::int64_t axis) {
  file.integers("axes", {axis});
  file.node("Squeeze", {"y", "axes"}, "z");
}

}  // namespace ohmcarlo::test
