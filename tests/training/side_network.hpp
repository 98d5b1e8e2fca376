#pragma once
// A small network with side heads, and a training of it.

#include "network/architecture.hpp"
#include "training/synthetic.hpp"

namespace ohmcarlo::synthetic {

inline NetworkSpec small_convolutions() {
  return build_network({1, 6, 6}, 3,
                       std::vector<std::string>{"conv 4 padding 1 no-bias", "norm", "relu", "max-pool 2", "flatten",
                                                "dense 10", "relu", "dense classes"});
}

/// After a rectifier, a pooling and a dense layer.
inline TrainingOptions side_options(double beta) {
  TrainingOptions options = synthetic::options();
  options.method = MethodKind::irs;
  options.epochs = 1;
  options.noise = {.sigma = 0.15, .weight_bits = 8, .cell_bits = 2};
  options.irs = {.beta = beta, .hidden = 7, .heads = {{"relu1", 4}, {"pool1", 2}, {"relu2", 1}}};
  return options;
}

}  // namespace ohmcarlo::synthetic
