#pragma once
// One combination of the swept values, with everything that a training and a trial need.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/data.hpp"
#include "config/deployment.hpp"
#include "config/hardware.hpp"
#include "config/network.hpp"
#include "config/training.hpp"
#include "experiment/identity.hpp"
#include "records/table.hpp"

namespace ohmcarlo {

struct Point {
  std::vector<AxisValue> values;  ///< one an axis
  DataOptions data;
  NetworkOptions network;
  TrainingOptions training;
  Hardware hardware;
  DeploymentOptions deployment;
  Settings range_from;                     ///< training keys of the point whose model fixes the ranges of converters
  std::optional<std::size_t> range_point;  ///< the number of that point; none: this one
  std::uint64_t chip_key = 0;              ///< of the randomness of chips
  std::size_t weight_layers = 0;           ///< of the network, each on arrays of its own
  std::uint32_t unit_chips = 1;            ///< chips that are evaluated together
  Identity training_settings;              ///< all that training reads, resolved
  Identity chip_settings;                  ///< all that programming and evaluating chips read, resolved
  KeySet keys;                             ///< all keys this point reads

  /// "sigma 0.1, method plain": the swept values with the last part of their keys.
  [[nodiscard]] std::string label(const Shape& shape) const;
  /// The same of the axes alone that are marked.
  [[nodiscard]] std::string label(const Shape& shape, const std::vector<bool>& axes) const;
};

}  // namespace ohmcarlo
