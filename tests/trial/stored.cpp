#include "trial/stored.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "network/architecture.hpp"
#include "scratch.hpp"

namespace ohmcarlo {
namespace stored_test {

const NetworkSpec kSpec = mlp(4, {3}, "relu", 2);

TrainedModel trained() {
  return {{initial_parameters(kSpec, 1, 0), {}}, 2, false, {{0.9, 0.5}, {0.4, 0.75}, {0.3, 0.7}}};
}

TEST(Stored, ModelsComeBackBitForBit) {
  const TrainedModel model = trained();
  const StoredModel stored = to_stored(kSpec, model);
  ASSERT_EQ(stored.arrays.size(), 4U);
  EXPECT_EQ(stored.arrays[1].name, "dense1.weights");
  EXPECT_EQ(stored.arrays[1].shape, (std::vector<std::size_t>{3, 4}));
  EXPECT_EQ(stored.arrays[2].name, "dense2.bias");
  const Parameters<float> back = from_stored(kSpec, stored).parameters;
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(back[i].weights, model.state.parameters[i].weights);
    EXPECT_EQ(back[i].bias, model.state.parameters[i].bias);
  }
}

TEST(Stored, ScalesOfConvertersComeBackBitForBit) {
  TrainedModel model = trained();
  EXPECT_TRUE(from_stored(kSpec, to_stored(kSpec, model)).converters.empty());
  model.state.converters = {Vector<float>(2), Vector<float>(2), 4};
  model.state.converters.adc << 0.3F, 0;  // the last layer has none
  model.state.converters.dac << 1.1F, 0;
  StoredModel stored = to_stored(kSpec, model);
  const ConverterScales<float> back = from_stored(kSpec, stored).converters;
  ASSERT_FALSE(back.empty());
  EXPECT_EQ(back.adc, model.state.converters.adc);
  EXPECT_EQ(back.dac, model.state.converters.dac);
  EXPECT_EQ(back.adc_bits, 4);
  EXPECT_EQ(std::erase_if(stored.arrays, [](const NamedArray& array) { return array.name == "dense1.dac_scale"; }), 1U);
  EXPECT_NE(test::error_of([&] { (void)from_stored(kSpec, stored); }, typeid(UnusableResults))
                .find("it lacks the array 'dense1.dac_scale' [1]"),
            std::string::npos);
}

TEST(Stored, WeightsFromAFileMustBeThoseOfTheNetwork) {
  const WeightsFile whole{"w.npz", "", to_stored(kSpec, trained()).arrays};
  EXPECT_EQ(from_weights(kSpec, whole).parameters[1].weights, trained().state.parameters[1].weights);
  const auto refused = [&](auto&& change) {
    WeightsFile changed = whole;
    change(changed.arrays);
    return test::error_of([&] { (void)from_weights(kSpec, changed); }, typeid(BadData));
  };
  const auto says = [](const std::string& line, const std::string& part) {
    EXPECT_NE(line.find(part), std::string::npos) << line;
  };
  says(refused([](auto& arrays) { arrays.erase(arrays.begin()); }), "w.npz: it lacks the array 'dense1.bias' [3]");
  says(refused([](auto& arrays) {
         arrays[1].shape = {4, 3};
       }),
       "'dense1.weights' is of the shape [4, 3] (allowed: [3, 4])");
  says(refused([](auto& arrays) {
         arrays.push_back({"dense3.bias", {1}, {0}});
       }),
       "no layer has the array 'dense3.bias'");
}

TEST(Stored, WeightsOfAConvolutionMayKeepTheirDimensions) {
  const std::vector<std::string> layers{"conv 2 size 3 no-bias", "norm", "dense classes"};
  const NetworkSpec spec = build_network({3, 4, 4}, 2, layers);
  WeightsFile file{"w.npz", "", {}};
  const auto add = [&](const std::string& name, const std::vector<std::size_t>& shape, std::size_t count, float first) {
    file.arrays.push_back({name, shape, std::vector<float>(count, 1)});
    file.arrays.back().values[0] = first;
  };
  add("conv1.weights", {2, 3, 3, 3}, 54, 5);
  for (const char* part : {"gamma", "beta", "mean", "variance"}) add(std::string("norm1.") + part, {2}, 2, 6);
  add("dense1.weights", {2, 8}, 16, 7);
  add("dense1.bias", {2}, 2, 8);
  EXPECT_EQ(from_weights(spec, file).parameters[0].weights(0, 0), 5);
  EXPECT_EQ(from_weights(spec, file).normalisations.running[0].variance(0), 6);
  file.arrays[4].values[1] = -1;
  EXPECT_NE(test::error_of([&] { (void)from_weights(spec, file); }, typeid(BadData)).find("'norm1.variance' holds"),
            std::string::npos);
  file.arrays[4].values[1] = 1;
  add("conv1.bias", {2}, 2, 1);
  EXPECT_NE(test::error_of([&] { (void)from_weights(spec, file); }, typeid(BadData)).find("that layer has no bias"),
            std::string::npos);
}

TEST(Stored, TheMetricsAreThoseOfTheChosenEpoch) {
  const StoredModel stored = to_stored(kSpec, trained());
  EXPECT_EQ(stored.record.epoch, 2);
  EXPECT_EQ(stored.record.training_loss, 0.4);
  EXPECT_EQ(stored.record.validation_accuracy, 0.75);
  EXPECT_EQ(stored.training_loss, (std::vector<double>{0.9, 0.4, 0.3}));
  EXPECT_EQ(stored.validation_accuracy, (std::vector<double>{0.5, 0.75, 0.7}));
}

TEST(Stored, DivergedModelsHaveNoMetrics) {
  TrainedModel model = trained();
  model.diverged = true;
  const StoredModel stored = to_stored(kSpec, model);
  EXPECT_TRUE(stored.record.diverged);
  EXPECT_TRUE(std::isnan(stored.record.training_loss) && std::isnan(stored.record.validation_accuracy));
  model.epoch = 0;
  model.epochs.clear();
  EXPECT_TRUE(std::isnan(to_stored(kSpec, model).record.training_loss));
}

TEST(Stored, ArraysOfAnotherNetworkAreRefused) {
  const StoredModel stored = to_stored(kSpec, trained());
  for (const NetworkSpec& other : {mlp(4, {5}, "relu", 2), mlp(4, {3, 2}, "relu", 2)}) {
    try {
      (void)from_stored(other, stored);
      FAIL() << "nothing was thrown";
    } catch (const Error& error) {
      EXPECT_TRUE(typeid(error) == typeid(UnusableResults));
    }
  }
}

}  // namespace stored_test
}  // namespace ohmcarlo
