#include "exchange/converter_arrays.hpp"

#include <gtest/gtest.h>

#include "network/architecture.hpp"

namespace ohmcarlo {
namespace {

const NetworkSpec kSpec = mlp(6, {5, 4}, "relu", 3);

/// Of three layers, the first without converters.
ConverterScales<float> scales() {
  ConverterScales<float> made{Vector<float>(3), Vector<float>(3), 5};
  made.adc << 0, 0.25F, 1.5F;
  made.dac << 0, 2, 3;
  return made;
}

std::string message_of(std::vector<NamedArray> arrays) {
  try {
    (void)converter_scales(kSpec, arrays);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return {};
}

TEST(ConverterArrays, HoldOneNumberEach) {
  const std::vector<NamedArray> arrays = converter_arrays(kSpec, scales());
  std::vector<std::string> names;
  for (const NamedArray& array : arrays) {
    names.push_back(array.name);
    EXPECT_EQ(array.shape, (std::vector<std::size_t>{1}));
  }
  EXPECT_EQ(names, (std::vector<std::string>{"dense2.adc_scale", "dense2.adc_bits", "dense2.dac_scale",
                                             "dense3.adc_scale", "dense3.adc_bits", "dense3.dac_scale"}));
  EXPECT_EQ(arrays[0].values, (std::vector{0.25F}));
  EXPECT_EQ(arrays[4].values, (std::vector{5.0F}));
}

TEST(ConverterArrays, ComeBackToTheBit) {
  const ConverterScales<float> back = converter_scales(kSpec, converter_arrays(kSpec, scales()));
  EXPECT_EQ(back.adc, scales().adc);
  EXPECT_EQ(back.dac, scales().dac);
  EXPECT_EQ(back.adc_bits, 5);
}

TEST(ConverterArrays, AreNoneOfANetworkWithoutConverters) {
  EXPECT_TRUE(converter_arrays(kSpec, {}).empty());
  EXPECT_TRUE(converter_scales(kSpec, {{"dense1.bias", {5}, std::vector<float>(5)}}).empty());
}

TEST(ConverterArrays, AreToldByTheirNames) {
  EXPECT_TRUE(is_converter_array(kSpec, "dense3.adc_bits"));
  EXPECT_FALSE(is_converter_array(kSpec, "dense4.adc_bits"));
  EXPECT_FALSE(is_converter_array(kSpec, "dense1.bias"));
}

TEST(ConverterArrays, NameWhatIsWrong) {
  std::vector<NamedArray> arrays = converter_arrays(kSpec, scales());
  arrays.pop_back();
  EXPECT_EQ(message_of(arrays), "it lacks the array 'dense3.dac_scale' [1]");
  const auto with = [](const std::string& name, std::vector<float> values) {
    std::vector<NamedArray> changed = converter_arrays(kSpec, scales());
    for (NamedArray& array : changed)
      if (array.name == name) array = {name, {values.size()}, values};
    return changed;
  };
  EXPECT_EQ(message_of(with("dense2.adc_scale", {-1})), "array 'dense2.adc_scale' is not one number above 0");
  EXPECT_EQ(message_of(with("dense2.adc_scale", {1, 1})), "array 'dense2.adc_scale' is not one number above 0");
  EXPECT_EQ(message_of(with("dense2.adc_bits", {1})),
            "array 'dense2.adc_bits' is 1 (allowed: 2 to 24, the same for all layers)");
  EXPECT_EQ(message_of(with("dense3.adc_bits", {4})),
            "array 'dense3.adc_bits' is 4 (allowed: 2 to 24, the same for all layers)");
  EXPECT_EQ(message_of(with("dense3.adc_bits", {4.5F})),
            "array 'dense3.adc_bits' is 4.5 (allowed: 2 to 24, the same for all layers)");
}

}  // namespace
}  // namespace ohmcarlo
