#include "network/architecture.hpp"

#include <fmt/core.h>

#include "network/network_builder.hpp"
#include "network/operations.hpp"

namespace ohmcarlo {

NetworkSpec build_network(Planes input, Index classes, std::span<const std::string> layers, double width) {
  NetworkBuilder network(input, classes, width);
  for (const std::string& layer : layers) network.add_text(layer);
  return network.finish();
}

NetworkSpec mlp(Index inputs, const std::vector<Index>& hidden, const std::string& activation, Index classes) {
  NetworkBuilder network({inputs, 1, 1}, classes, 1);
  for (const Index features : hidden) {
    network.add(dense(network.next_name("dense"), network.planes().features(), features));
    network.add_text(activation);
  }
  network.add(dense(network.next_name("dense"), network.planes().features(), classes));
  return network.finish();
}

std::vector<std::string> named_layers(const std::string& network) {
  std::vector<std::string> layers;
  const auto convolution = [&](int channels) {
    layers.push_back(fmt::format("conv {} padding 1 no-bias", channels));
    layers.insert(layers.end(), {"norm", "relu"});
  };
  const auto pairs = [&](std::initializer_list<std::pair<int, int>> channels) {
    for (const auto& [first, second] : channels) {
      convolution(first);
      convolution(second);
      layers.emplace_back("max-pool 2");
    }
    layers.emplace_back("flatten");
  };
  if (network == "lenet5") {
    return {"conv 6 size 5 padding 2",
            "relu",
            "max-pool 2",
            "conv 16 size 5",
            "relu",
            "max-pool 2",
            "flatten",
            "dense 120",
            "relu",
            "dense 84",
            "relu",
            "dense classes"};
  }
  if (network == "vgg8") {
    pairs({{64, 128}, {256, 256}, {512, 512}});
    layers.insert(layers.end(), {"dense 1024", "relu", "dense classes"});
  } else if (network == "vgg16c") {
    pairs({{16, 16}, {32, 32}, {64, 64}});
    layers.insert(layers.end(), {"dense 128", "relu", "dense classes"});
  } else if (network == "resnet18") {
    convolution(64);
    for (const int channels : {64, 128, 256, 512}) {
      layers.push_back(fmt::format("residual {}{}", channels, channels > 64 ? " stride 2" : ""));
      layers.push_back(fmt::format("residual {}", channels));
    }
    layers.insert(layers.end(), {"global-pool", "dense classes"});
  } else {
    throw std::logic_error("internal error: no network is called " + network);
  }
  return layers;
}

}  // namespace ohmcarlo
