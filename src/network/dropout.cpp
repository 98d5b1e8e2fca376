#include "network/dropout.hpp"

#include <cmath>
#include <vector>

#include "random/stream.hpp"

namespace ohmcarlo {

template <class T>
void drop(double rate, std::uint32_t layer, const DropoutUse& use, View<const T> x, View<T> y) {
  Address address = use.address;
  address.layer = layer;
  const Stream stream(use.key, address);
  // Dropped if word < rate * 2^32: the share is exact to 2^-32.
  const auto border = static_cast<std::uint64_t>(std::ldexp(rate, 32));
  const T scale = static_cast<T>(1 / (1 - rate));
  std::vector<std::uint32_t> words(static_cast<std::size_t>(x.cols));
  for (Index i = 0; i < x.rows; ++i) {
    stream.words(static_cast<std::uint64_t>(i * x.cols), words);
    for (Index j = 0; j < x.cols; ++j) y(i, j) = words[static_cast<std::size_t>(j)] < border ? T(0) : x(i, j) * scale;
  }
}

template void drop<float>(double, std::uint32_t, const DropoutUse&, View<const float>, View<float>);
template void drop<double>(double, std::uint32_t, const DropoutUse&, View<const double>, View<double>);

}  // namespace ohmcarlo
