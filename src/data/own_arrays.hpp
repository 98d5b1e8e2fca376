#pragma once
// Sets of images of one's own in arrays of numbers: IDX files (those of EMNIST, KMNIST, QMNIST ...) and .npz archives.

#include "data/data_set.hpp"

namespace ohmcarlo {

/// Four IDX files, by default those of MNIST by name.
[[nodiscard]] DataSet idx_set();
/// Arrays of .npz archives.
[[nodiscard]] DataSet npz_set();

}  // namespace ohmcarlo
