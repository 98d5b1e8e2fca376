#pragma once
// MNIST (LeCun, Bottou, Bengio, Haffner, Proc. IEEE 86, 1998, 2278-2324) and Fashion-MNIST (Xiao, Rasul, Vollgraf,
// arXiv:1708.07747): 28 x 28 grey pixels, 10 classes, four IDX files.

#include "data/data_set.hpp"

namespace ohmcarlo {

/// Handwritten digits.
[[nodiscard]] DataSet mnist_set();
/// Articles of clothing, in the files and sizes of MNIST.
[[nodiscard]] DataSet fashion_mnist_set();

}  // namespace ohmcarlo
