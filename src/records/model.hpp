#pragma once
// A trained network as it is stored: what the results file says of it, and its arrays.

#include <string>
#include <vector>

#include "records/table.hpp"

namespace ohmcarlo {

/// One array of parameters, row-major.
struct NamedArray {
  std::string name;  ///< "dense1.weights" [outputs, inputs], "dense1.bias" [outputs], "bn1.gamma" [channels] ...
  std::vector<std::size_t> shape;
  std::vector<float> values;
};

struct StoredModel {
  ModelRecord record;
  std::vector<NamedArray> arrays;
  std::vector<double> training_loss;        ///< one an epoch
  std::vector<double> validation_accuracy;  ///< one an epoch
};

}  // namespace ohmcarlo
