#pragma once
// A network with the values that training has given it.

#include "network/network.hpp"

namespace ohmcarlo {

/// What chips are made from. The weights are finite.
struct TrainedNetwork {
  NetworkSpec spec;
  NetworkState<float> state;  ///< of the shapes of `spec`
};

}  // namespace ohmcarlo
