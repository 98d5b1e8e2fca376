// The residual block of architecture texts: a word that makes several nodes.

#include "base/error.hpp"
#include "network/layer_words.hpp"
#include "network/network_builder.hpp"
#include "network/operations.hpp"

namespace ohmcarlo {
namespace {

void add_residual_block(LayerText& text, NetworkBuilder& network) {
  const Index channels = network.scaled_count(text.take_count());
  const Pair stride = text.take_pair_option("stride", 1);
  if (network.spec().layers.empty()) fail_usage("network.layers: a residual block cannot be the first layer");
  const std::string block = network.next_name("block");
  network.enter_block(block);
  const Planes in = network.planes();
  const std::size_t before = network.spec().layers.size() - 1;
  std::size_t around = before;
  if (!(stride == 1) || channels != in.channels) {
    network.add(convolution(block + ".shortcut", in, channels, {1, stride, 0}, 1, false));
    around = network.add(batch_normalisation(block + ".shortcut-norm", network.planes()));
  }
  Node first = convolution(network.next_name("conv"), in, channels, {3, stride, 1}, 1, false);
  first.inputs = {before};
  network.add(std::move(first));
  network.add(batch_normalisation(network.next_name("norm"), network.planes()));
  network.add(activation("relu", network.next_name("relu"), network.planes()));
  network.add(convolution(network.next_name("conv"), network.planes(), channels, {3, 1, 1}, 1, false));
  const std::size_t norm = network.add(batch_normalisation(network.next_name("norm"), network.planes()));
  network.add(addition(network.next_name("add"), network.planes(), norm, around));
  network.add(activation("relu", network.next_name("relu"), network.planes()));
  network.enter_block("");
}

}  // namespace

namespace words {
extern const LayerWord residual;
constinit const LayerWord residual{"residual", &add_residual_block};
}  // namespace words

}  // namespace ohmcarlo
