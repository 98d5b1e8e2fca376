#pragma once
// Side heads: classifiers beside a network that training has and chips do not (the "IRS" of Qin et al., CODES+ISSS
// 2024, and its code).

#include "network/network.hpp"
#include "training/options.hpp"

namespace ohmcarlo {

/// `backbone` with the heads behind it, whose logits are then O - beta sum over n of 10^(1-n) H_n: O those of the
/// backbone, H_n those of head n from 1 on, which pools, then dense, relu, dense. Its layers and parameters first are
/// those of `backbone`. Throws an Error that names the layer of a head that is not there.
[[nodiscard]] NetworkSpec with_side_heads(const NetworkSpec& backbone, const IrsOptions& options);

/// What the backbone has of the parameters of a network with these heads.
[[nodiscard]] Parameters<float> without_side_heads(const IrsOptions& options, Parameters<float> parameters);

}  // namespace ohmcarlo
