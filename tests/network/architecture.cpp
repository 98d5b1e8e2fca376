#include "network/architecture.hpp"

#include <set>

#include <gmock/gmock.h>

#include "base/error.hpp"

namespace ohmcarlo {
namespace architecture_test {

using Texts = std::vector<std::string>;

Index parameters(const NetworkSpec& spec) {
  Index count = 0;
  for (const Node& layer : spec.layers) count += layer.parameters();
  return count;
}

Index macs(const NetworkSpec& spec) {
  Index count = 0;
  for (const Node& layer : spec.layers) count += layer.macs();
  return count;
}

/// "conv1 6x28x28" and so on, of layers with weights and poolings.
Texts shapes(const NetworkSpec& spec) {
  Texts texts;
  for (const Node& layer : spec.layers) {
    const std::string_view kind = layer.operation->kind();
    const auto& [channels, height, width] = layer.out().planes;
    if (kind == "dense")
      texts.push_back(layer.name + " " + std::to_string(layer.out().features));
    else if (layer.has_weights() || kind == "max_pooling" || kind == "global_average_pooling")
      texts.push_back(layer.name + " " + std::to_string(channels) + "x" + std::to_string(height) + "x" +
                      std::to_string(width));
  }
  return texts;
}

const Planes kDigits{1, 28, 28}, kCifar{3, 32, 32};

// Convolutions of 5 x 5 with biases: 6 * 26 + 16 * 151; dense layers 400-120-84-10.
TEST(Architecture, LeNet5) {
  const NetworkSpec spec = build_network(kDigits, 10, named_layers("lenet5"));
  EXPECT_THAT(shapes(spec), testing::ElementsAre("conv1 6x28x28", "pool1 6x14x14", "conv2 16x10x10", "pool2 16x5x5",
                                                 "dense1 120", "dense2 84", "dense3 10"));
  EXPECT_EQ(parameters(spec), 61706);
  EXPECT_EQ(macs(spec), 784 * 6 * 25 + 100 * 16 * 150 + 400 * 120 + 120 * 84 + 84 * 10);
}

// Weights of the convolutions 1728 + 73,728 + 294,912 + 589,824 + 1,179,648 + 2,359,296, twice 1728 of the
// normalisations, 8192 * 1024 + 1024 and 1024 * 10 + 10 of the dense layers.
TEST(Architecture, Vgg8) {
  const NetworkSpec spec = build_network(kCifar, 10, named_layers("vgg8"));
  EXPECT_THAT(shapes(spec), testing::ElementsAre("conv1 64x32x32", "conv2 128x32x32", "pool1 128x16x16",
                                                 "conv3 256x16x16", "conv4 256x16x16", "pool2 256x8x8", "conv5 512x8x8",
                                                 "conv6 512x8x8", "pool3 512x4x4", "dense1 1024", "dense2 10"));
  EXPECT_EQ(parameters(spec), 12902474);
  EXPECT_EQ(macs(spec),
            1024 * (1728 + 73728) + 256 * (294912 + 589824) + 64 * (1179648 + 2359296) + 8192 * 1024 + 1024 * 10);
  EXPECT_EQ(spec.weight_layers().size(), 8U);
}

TEST(Architecture, Vgg16cOfPaper001) {
  const NetworkSpec spec = build_network(kCifar, 10, named_layers("vgg16c"));
  EXPECT_THAT(shapes(spec), testing::ElementsAre("conv1 16x32x32", "conv2 16x32x32", "pool1 16x16x16", "conv3 32x16x16",
                                                 "conv4 32x16x16", "pool2 32x8x8", "conv5 64x8x8", "conv6 64x8x8",
                                                 "pool3 64x4x4", "dense1 128", "dense2 10"));
  EXPECT_EQ(parameters(spec), 432 + 2304 + 4608 + 9216 + 18432 + 36864 + 2 * 224 + 1024 * 128 + 128 + 128 * 10 + 10);
  EXPECT_EQ(macs(spec), 1024 * (432 + 2304) + 256 * (4608 + 9216) + 64 * (18432 + 36864) + 1024 * 128 + 128 * 10);
}

// 11,173,962 parameters is what other implementations of the CIFAR form count (torch, kuangliu/pytorch-cifar).
TEST(Architecture, ResNet18) {
  const NetworkSpec spec = build_network(kCifar, 10, named_layers("resnet18"));
  EXPECT_EQ(parameters(spec), 11173962);
  const Index stage = 256 * (64 * 128 * 9 + 64 * 128 + 3 * 128 * 128 * 9);  // the same in all of the last three
  EXPECT_EQ(macs(spec), 1024 * 1728 + 4 * 1024 * 36864 + 3 * stage + 512 * 10);
  EXPECT_EQ(spec.weight_layers().size(), 21U);
  const Texts all = shapes(spec);
  EXPECT_THAT(Texts(all.begin(), all.begin() + 9),
              testing::ElementsAre("conv1 64x32x32", "block1.conv1 64x32x32", "block1.conv2 64x32x32",
                                   "block2.conv1 64x32x32", "block2.conv2 64x32x32", "block3.shortcut 128x16x16",
                                   "block3.conv1 128x16x16", "block3.conv2 128x16x16", "block4.conv1 128x16x16"));
  EXPECT_THAT(Texts(all.end() - 3, all.end()),
              testing::ElementsAre("block8.conv2 512x4x4", "pool1 512x1x1", "dense1 10"));
  for (const Node& layer : spec.weight_layers()) EXPECT_EQ(layer.biased(), layer.name == "dense1") << layer.name;
}

TEST(Architecture, NamesOfLayersAreUnique) {
  for (const char* network : {"lenet5", "vgg8", "vgg16c", "resnet18"}) {
    const NetworkSpec spec = build_network(kCifar, 10, named_layers(network));
    std::set<std::string> names;
    for (const Node& layer : spec.layers) EXPECT_TRUE(names.insert(layer.name).second) << layer.name;
  }
  EXPECT_THROW((void)named_layers("alexnet"), std::logic_error);
}

TEST(Architecture, WidthScalesAllButTheClasses) {
  EXPECT_THAT(shapes(build_network(kCifar, 7, named_layers("vgg8"), 0.25)),
              testing::ElementsAre("conv1 16x32x32", "conv2 32x32x32", "pool1 32x16x16", "conv3 64x16x16",
                                   "conv4 64x16x16", "pool2 64x8x8", "conv5 128x8x8", "conv6 128x8x8", "pool3 128x4x4",
                                   "dense1 256", "dense2 7"));
  const Texts layers = {"conv 5 padding 1", "residual 5", "residual 7 stride 2", "flatten", "dense 2", "dense classes"};
  EXPECT_THAT(shapes(build_network({2, 4, 4}, 3, layers, 0.3)),  // 1.5, 2.1 and 0.6 are rounded
              testing::ElementsAre("conv1 2x4x4", "block1.conv1 2x4x4", "block1.conv2 2x4x4", "block2.shortcut 2x2x2",
                                   "block2.conv1 2x2x2", "block2.conv2 2x2x2", "dense1 1", "dense2 3"));
  EXPECT_THAT(shapes(build_network({2, 4, 4}, 3, Texts{"conv 5", "dense classes"}, 2)),
              testing::ElementsAre("conv1 10x2x2", "dense1 3"));
}

TEST(Architecture, OptionsComeInAnyOrder) {
  const NetworkSpec spec = build_network(
      {4, 9, 9}, 3,
      Texts{"conv 6 groups 2 no-bias stride 2 padding 1 size 5", "abs", "average-pool 3 padding 1 stride 2", "sigmoid",
            "dense 5 no-bias", "norm", "tanh", "dropout 0.25", "dense classes"});
  const Node& conv = spec.layers[0];
  EXPECT_EQ(conv.weight_inputs(), 4 / 2 * 25);  // two groups, windows of 5 x 5
  EXPECT_FALSE(conv.biased());
  EXPECT_EQ(conv.out().planes, (Planes{6, 4, 4}));  // (9 + 2 - 5) / 2 + 1
  EXPECT_EQ(spec.layers[2].operation->kind(), "average_pooling");
  EXPECT_EQ(spec.layers[2].out().planes, (Planes{6, 2, 2}));
  EXPECT_FALSE(spec.layers[4].biased());
  EXPECT_EQ(spec.layers[5].in().planes, (Planes{5, 1, 1}));
  EXPECT_TRUE(spec.layers[8].biased());
  EXPECT_EQ(build_network({4, 9, 9}, 3, Texts{"max-pool 3", "dense classes"}).layers[0].out().planes,
            (Planes{4, 3, 3}));
}

TEST(Architecture, WindowsMayDifferDownAndAcross) {
  const NetworkSpec spec = build_network({1, 49, 10}, 3,
                                         Texts{"conv 64 size 10x4 stride 2x1 padding 5x1", "max-pool 3x2",
                                               "average-pool 2x1 stride 1x2 padding 1x0", "dense classes"});
  EXPECT_EQ(spec.layers[0].out().planes, (Planes{64, 25, 9}));  // (49 + 10 - 10) / 2 + 1 and 10 + 2 - 4 + 1
  EXPECT_EQ(spec.layers[0].weight_inputs(), 40);
  EXPECT_EQ(spec.layers[1].out().planes, (Planes{64, 8, 4}));  // a stride as wide as the window
  EXPECT_EQ(spec.layers[2].out().planes, (Planes{64, 9, 2}));
}

/// What is said of a list of layers on images of 2 x 6 x 6 and 3 classes.
std::string refusal(const Texts& layers) {
  try {
    (void)build_network({2, 6, 6}, 3, layers);
  } catch (const Error& error) {
    EXPECT_TRUE(typeid(error) == typeid(BadUsage));
    return error.what();
  }
  return "nothing";
}

TEST(Architecture, RefusesWordsThatMakeNoLayerAndRepeatsThem) {
  EXPECT_EQ(refusal({}), "network.layers: there are none");
  EXPECT_EQ(refusal({"conv 4", ""}), "network.layers: an empty layer");
  const std::pair<const char*, const char*> cases[] = {
      {"conv", "\"conv\" lacks a number after conv"},
      {"conv many", "\"conv many\": many is not a number"},
      {"conv 4x", "\"conv 4x\": 4x is not a number"},
      {"conv 2.5", "\"conv 2.5\": 2.5 is not a whole number"},
      {"conv nan", "\"conv nan\": nan is not a whole number"},
      {"conv inf", "\"conv inf\": inf is not a whole number"},
      {"conv 1000001", "is not a whole number up to 1000000"},
      {"conv 0", "\"conv 0\": 0 is too few (at least 1)"},
      {"dense -3", "\"dense -3\": -3 is too few"},
      {"residual 0", "\"residual 0\": 0 is too few"},
      {"conv 4 size", "\"conv 4 size\" lacks a number after size"},
      {"conv 4 size big", "\"conv 4 size big\": big is not a number"},
      {"conv 4 size 3xbig", "\"conv 4 size 3xbig\": big is not a number"},
      {"conv 4 size 3x", "\"conv 4 size 3x\": 3x is not a number"},
      {"conv 4 size 1.5x2", "\"conv 4 size 1.5x2\": 1.5 is not a whole number"},
      {"conv 4 stride 1.5", "\"conv 4 stride 1.5\": 1.5 is not a whole number"},
      {"conv 4 size 3 size 5", "\"conv 4 size 3 size 5\": size 5 does not belong there"},
      {"conv 4 padding 1 loud 3", "\"conv 4 padding 1 loud 3\": loud 3 does not belong there"},
      {"relu 3", "\"relu 3\": 3 does not belong there"},
      {"dense classes 3", "\"dense classes 3\": 3 does not belong there"},
      {"dropout", "\"dropout\" lacks a number after dropout"},
      {"dropout none", "\"dropout none\": none is not a number"},
      {"max-pool", "\"max-pool\" lacks a number after max-pool"},
      {"relus", "\"relus\" is no layer (allowed: conv, dense, max-pool, average-pool, global-pool, norm, relu, abs, "},
  };
  for (const auto& [text, words] : cases)
    EXPECT_THAT(refusal({"relu", text, "dense classes"}), testing::StartsWith("network.layers: ")) << text;
  for (const auto& [text, words] : cases)
    EXPECT_THAT(refusal({"relu", text, "dense classes"}), testing::HasSubstr(words)) << text;
}

TEST(Architecture, RefusesLayersThatDoNotFitAndNamesThem) {
  const std::pair<Texts, const char*> cases[] = {
      {{"conv 4", "conv 4 size 9"}, "layer conv2: a window of size 9 does not fit on 4 x 4 with padding 0"},
      {{"conv 4 size 0"}, "layer conv1: a window of size 0"},
      {{"conv 4 size 2x7"}, "layer conv1: a window of size 2x7 does not fit on 6 x 6 with padding 0"},
      {{"conv 4 size 2x3 stride 1x0"}, "layer conv1: a window of size 2x3 with stride 1x0"},
      {{"max-pool 2x3 padding 0x2"}, "layer pool1: padding 0x2 for a window of size 2x3 (at most half of it)"},
      {{"conv 4 stride 0"}, "layer conv1: a window of size 3 with stride 0"},
      {{"conv 4 padding -1"}, "layer conv1: a window of size 3 with stride 1 and padding -1"},
      {{"conv 4 groups 3"}, "layer conv1: 3 groups for 2 channels in and 4 out"},
      {{"relu", "max-pool 0"}, "layer pool1: a window of size 0"},
      {{"max-pool 2", "max-pool 2", "max-pool 2"}, "layer pool3: a window of size 2 does not fit on 1 x 1"},
      {{"average-pool 2 padding 2"}, "layer pool1: padding 2 for a window of size 2"},
      {{"dropout 1"}, "layer dropout1: a share of 1 to drop"},
      {{"dropout -0.1"}, "layer dropout1: a share of -0.1 to drop"},
      {{"dropout nan"}, "layer dropout1: a share of nan to drop"},
      {{"residual 2"}, "a residual block cannot be the first layer"},
      {{"relu", "residual 2 stride 0"}, "layer block1.shortcut: a window of size 1 with stride 0"},
      {{"flatten", "dense 4", "conv 3"}, "layer conv1: a window of size 3 does not fit on 1 x 1"},
      {{"dense 7"}, "layer dense1: it is the last one and gives 7 features, but the data have 3 classes"},
      {{"dense classes", "conv 2 size 1"},
       "layer conv1: it is the last one and gives 2 features, but the data have 3 classes"},
  };
  for (const auto& [layers, words] : cases) {
    Texts all = layers;
    if (layers.back().substr(0, 5) != "dense" && layers.front() != "dense classes") all.emplace_back("dense classes");
    EXPECT_THAT(refusal(all), testing::HasSubstr(words));
  }
  EXPECT_EQ(refusal({"dense classes"}), "nothing");
}

TEST(Architecture, NamedNetworksNeedImagesOfTheirSize) {
  try {
    (void)build_network({1, 4, 4}, 10, named_layers("vgg8"));
    FAIL() << "4 x 4 is too small for three poolings";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("layer pool3"));
  }
}

TEST(Mlp, HasDenseLayersWithActivationsBetweenThem) {
  const NetworkSpec spec = mlp(784, {300, 100}, "abs", 10);
  ASSERT_EQ(spec.layers.size(), 5U);
  const char* names[] = {"dense1", "abs1", "dense2", "abs2", "dense3"};
  const Index shapes[][2] = {{784, 300}, {300, 300}, {300, 100}, {100, 100}, {100, 10}};
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(spec.layers[i].name, names[i]);
    EXPECT_EQ(spec.layers[i].in().features, shapes[i][0]);
    EXPECT_EQ(spec.layers[i].out().features, shapes[i][1]);
    EXPECT_EQ(spec.layers[i].operation->kind(), i % 2 == 0 ? "dense" : "abs");
  }
  EXPECT_EQ(spec.inputs, 784);
  EXPECT_EQ(spec.classes, 10);
  EXPECT_EQ(spec.weight_layers().size(), 3U);
  EXPECT_EQ(spec.weight_layers()[1].name, "dense2");
  EXPECT_EQ(mlp(2, {3}, "relu", 2).layers[1].name, "relu1");
}

TEST(Mlp, CountsParametersAndMultiplications) {
  const NetworkSpec spec = mlp(784, {100}, "relu", 10);
  EXPECT_EQ(spec.layers[0].parameters(), 78500);
  EXPECT_EQ(spec.layers[0].macs(), 78400);
  EXPECT_EQ(spec.layers[1].parameters(), 0);
  EXPECT_EQ(spec.layers[1].macs(), 0);
  EXPECT_EQ(spec.layers[2].parameters(), 1010);
  EXPECT_EQ(spec.layers[2].macs(), 1000);
}

TEST(Mlp, WithoutHiddenLayersIsOneDenseLayer) {
  const NetworkSpec spec = mlp(7, {}, "relu", 3);
  ASSERT_EQ(spec.layers.size(), 1U);
  EXPECT_EQ(spec.layers[0].in().features, 7);
  EXPECT_EQ(spec.layers[0].out().features, 3);
}

}  // namespace architecture_test
}  // namespace ohmcarlo
