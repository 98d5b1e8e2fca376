#include "exchange/converter_arrays.hpp"

#include <gtest/gtest.h>

#include "exchange/weights.hpp"
#include "network/architecture.hpp"
#include "scratch.hpp"

namespace ohmcarlo {
namespace converter_arrays_test {

const NetworkSpec kSpec = mlp(4, {3, 3}, "relu", 2);

/// Of the first and the last layer.
ConverterScales<float> scales() {
  ConverterScales<float> scales{Vector<float>(3), Vector<float>(3), 4};
  scales.adc << 0.3F, 0, 1.7F;
  scales.dac << 1, 0, 2.3F;
  return scales;
}

std::string message(const std::vector<NamedArray>& arrays) {
  try {
    (void)converter_scales(kSpec, arrays);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "nothing was refused";
}

/// The arrays of scales() with another value of one of them.
std::string message_with(const std::string& name, std::vector<float> values) {
  std::vector<NamedArray> arrays = converter_arrays(kSpec, scales());
  for (NamedArray& array : arrays)
    if (array.name == name) array.values = values;
  return message(arrays);
}

TEST(ConverterArrays, HaveTheNamesThatFilesHave) {
  const std::vector<NamedArray> arrays = converter_arrays(kSpec, scales());
  std::vector<std::string> names;
  for (const NamedArray& array : arrays) {
    names.push_back(array.name);
    EXPECT_EQ(array.shape, std::vector<std::size_t>{1});
  }
  EXPECT_EQ(names, (std::vector<std::string>{"dense1.adc_scale", "dense1.adc_bits", "dense1.dac_scale",
                                             "dense3.adc_scale", "dense3.adc_bits", "dense3.dac_scale"}));
  EXPECT_EQ(arrays[0].values, std::vector<float>{0.3F});
  EXPECT_EQ(arrays[1].values, std::vector<float>{4});
  EXPECT_EQ(arrays[5].values, std::vector<float>{2.3F});
}

TEST(ConverterArrays, ComeBackInAnyOrder) {
  std::vector<NamedArray> arrays = converter_arrays(kSpec, scales());
  for (int order = 0; order < 2; ++order) {
    const ConverterScales<float> back = converter_scales(kSpec, arrays);
    EXPECT_EQ(back.adc, scales().adc);
    EXPECT_EQ(back.dac, scales().dac);
    EXPECT_EQ(back.adc_bits, 4);
    std::reverse(arrays.begin(), arrays.end());
  }
}

// Marks: files of converters without them stay as they were.
TEST(ConverterArrays, MarkDifferencesAndInputsWithASign) {
  ConverterScales<float> marked = scales();
  marked.differential = true;
  marked.dac(2) = -2.3F;
  std::vector<NamedArray> arrays = converter_arrays(kSpec, marked);
  std::vector<std::string> names;
  for (const NamedArray& array : arrays) names.push_back(array.name);
  EXPECT_EQ(names, (std::vector<std::string>{"dense1.adc_scale", "dense1.adc_bits", "dense1.dac_scale",
                                             "dense1.adc_differential", "dense3.adc_scale", "dense3.adc_bits",
                                             "dense3.dac_scale", "dense3.adc_differential", "dense3.dac_signed"}));
  EXPECT_EQ(arrays[6].values, std::vector<float>{2.3F}) << "files have the magnitude";
  const ConverterScales<float> back = converter_scales(kSpec, arrays);
  EXPECT_EQ(back.dac, marked.dac);
  EXPECT_TRUE(back.differential);
  EXPECT_FALSE(converter_scales(kSpec, converter_arrays(kSpec, scales())).differential);
  arrays[8].values = {2};
  EXPECT_EQ(message(arrays), "array 'dense3.dac_signed' is not 1 (it may be left out)");
  arrays.erase(arrays.begin() + 7);
  EXPECT_EQ(message(arrays), "array 'dense3.adc_differential' is not the same for all layers");
  EXPECT_TRUE(is_converter_array(kSpec, "dense1.adc_differential") && is_converter_array(kSpec, "dense2.dac_signed"));
}

TEST(ConverterArrays, AreNoneWithoutConverters) {
  EXPECT_TRUE(converter_arrays(kSpec, {}).empty());
  EXPECT_TRUE(converter_scales(kSpec, {{"dense1.weights", {3, 4}, std::vector<float>(12)}}).empty());
}

TEST(ConverterArrays, AreKnownByName) {
  for (const char* name : {"dense1.adc_scale", "dense2.adc_bits", "dense3.dac_scale"})
    EXPECT_TRUE(is_converter_array(kSpec, name)) << name;
  for (const char* name : {"dense4.adc_scale", "dense1.weights", "adc_scale", "relu1.adc_scale"})
    EXPECT_FALSE(is_converter_array(kSpec, name)) << name;
}

TEST(ConverterArrays, ThatAreWrongAreNamed) {
  for (const char* suffix : {".adc_scale", ".adc_bits", ".dac_scale"}) {
    std::vector<NamedArray> arrays = converter_arrays(kSpec, scales());
    std::erase_if(arrays, [&](const NamedArray& array) { return array.name == std::string("dense3") + suffix; });
    EXPECT_EQ(message(arrays), std::string("it lacks the array 'dense3") + suffix + "' [1]");
    EXPECT_EQ(message_with(std::string("dense1") + suffix, {0}),
              std::string("array 'dense1") + suffix + "' is not one number above 0");
  }
  EXPECT_EQ(message_with("dense1.adc_scale", {-0.5F}), "array 'dense1.adc_scale' is not one number above 0");
  EXPECT_EQ(message_with("dense1.adc_scale", {1, 2}), "array 'dense1.adc_scale' is not one number above 0");
  EXPECT_EQ(message_with("dense3.dac_scale", {}), "array 'dense3.dac_scale' is not one number above 0");
  EXPECT_EQ(message_with("dense3.dac_scale", {NAN}), "array 'dense3.dac_scale' is not one number above 0");
  EXPECT_EQ(message_with("dense3.adc_scale", {INFINITY}), "array 'dense3.adc_scale' is not one number above 0");
  const std::string allowed = " (allowed: 2 to 24, the same for all layers)";
  EXPECT_EQ(message_with("dense1.adc_bits", {1}), "array 'dense1.adc_bits' is 1" + allowed);
  EXPECT_EQ(message_with("dense1.adc_bits", {25}), "array 'dense1.adc_bits' is 25" + allowed);
  EXPECT_EQ(message_with("dense1.adc_bits", {4.5F}), "array 'dense1.adc_bits' is 4.5" + allowed);
  EXPECT_EQ(message_with("dense3.adc_bits", {5}), "array 'dense3.adc_bits' is 5" + allowed);
}

/// A file of weights with these scales.
WeightsFile file_with(const std::vector<NamedArray>& converters) {
  WeightsFile file{"w.npz", "", converters};
  const std::size_t shapes[][2] = {{3, 4}, {3, 3}, {2, 3}};
  for (std::size_t i = 0; i < 3; ++i) {
    const std::string name = "dense" + std::to_string(i + 1);
    file.arrays.push_back(
        {name + ".weights", {shapes[i][0], shapes[i][1]}, std::vector<float>(shapes[i][0] * shapes[i][1])});
    file.arrays.push_back({name + ".bias", {shapes[i][0]}, std::vector<float>(shapes[i][0])});
  }
  return file;
}

TEST(ConverterArrays, StandBesideWeightsInTheirFile) {
  EXPECT_EQ(from_weights(kSpec, file_with(converter_arrays(kSpec, scales()))).converters.adc, scales().adc);
  EXPECT_TRUE(from_weights(kSpec, file_with({})).converters.empty());
  std::vector<NamedArray> wrong = converter_arrays(kSpec, scales());
  wrong[0].values[0] = 0;
  EXPECT_EQ(test::error_of([&] { (void)from_weights(kSpec, file_with(wrong)); }, typeid(BadData)),
            "w.npz: array 'dense1.adc_scale' is not one number above 0");
  wrong = {{"dense7.adc_scale", {1}, {1}}};
  EXPECT_EQ(test::error_of([&] { (void)from_weights(kSpec, file_with(wrong)); }, typeid(BadData)),
            "w.npz: no layer has the array 'dense7.adc_scale'");
}

}  // namespace converter_arrays_test
}  // namespace ohmcarlo
