#pragma once
// Arrays under the names that torch gives them in a state_dict; private to exchange/.

#include <string>
#include <vector>

#include "network/network.hpp"
#include "records/model.hpp"

namespace ohmcarlo {

/// Arrays of a file under this program's names, and what became of their own.
struct TranslatedArrays {
  std::vector<NamedArray> arrays;
  std::string note;  ///< for the person who wrote the file; empty: they had our names
};

/// Of torch, MODULE.weight and MODULE.bias are those of a layer with weights, or gamma and beta where there are also
/// MODULE.running_mean and MODULE.running_var; MODULE.weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0 (l1 ...) are
/// an lstm layer each, whose biases are added up; num_batches_tracked is left out. A module that is called as a layer
/// of `spec` is that layer; the others are the other layers, of each kind in the order of the file. Arrays that are
/// none of torch, and those of modules that find no layer, keep their names.
[[nodiscard]] TranslatedArrays with_our_names(const NetworkSpec& spec, const std::vector<NamedArray>& arrays);

}  // namespace ohmcarlo
