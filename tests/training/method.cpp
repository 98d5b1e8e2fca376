#include "training/method.hpp"

#include <gtest/gtest.h>

#include "chip/programming.hpp"
#include "crossbar/array_layer.hpp"
#include "network/quantisation.hpp"
#include "training/one_step.hpp"

namespace ohmcarlo {
namespace method_test {

using synthetic::kSpec;
using synthetic::noisy;
using synthetic::OneStep;
using synthetic::same_bits;

TEST(WeightBits, PassesSeeRoundedWeightsAndTheCleanOnesMove) {
  const OneStep one;
  OneStep rounded;
  for (LayerParameters<float>& layer : rounded.parameters) quantise_weights(3, layer.weights);
  EXPECT_FALSE(same_bits(rounded.parameters, one.parameters));
  TrainingOptions options = synthetic::options();
  options.weight_bits = 3;
  const std::unique_ptr<Method> method = make_method(one.network, options, {1, 0});
  const Parameters<float> gradient = one(*method, 2);
  EXPECT_TRUE(same_bits(gradient, rounded(*make_method(rounded.network, synthetic::options(), {1, 0}), 2)));
  EXPECT_FALSE(same_bits(gradient, one(*make_method(one.network, synthetic::options(), {1, 0}), 2)));
  EXPECT_TRUE(same_bits(method->chips_to_validate(one.parameters).front(), rounded.parameters));
  // Noise comes on top of the rounded weights.
  options = noisy(0.2);
  options.weight_bits = 3;
  Parameters<float> chip = rounded.parameters;
  program_weights(options.noise, 1, {.purpose = Purpose::validation_noise, .trial = 1}, chip);
  EXPECT_TRUE(same_bits(make_method(one.network, options, {1, 0})->chips_to_validate(one.parameters)[1], chip));
}

TEST(MethodRegister, HasOneWordForEveryMethod) {
  EXPECT_EQ(method_words(), (std::vector<std::string_view>{"plain", "noise-injection", "ovf", "irs", "kurtosis", "kure",
                                                           "ste-adc", "concrete-adc", "crossbar-aware"}));
  EXPECT_EQ(method_of("noise-injection"), MethodKind::noise_injection);
  EXPECT_EQ(entry_of(MethodKind::kure).word, "kure");
  for (const std::string_view word : method_words()) {
    EXPECT_EQ(entry_of(method_of(word)).word, word);
    EXPECT_EQ(entry_of(method_of(word)).images_only, word == "irs" || word.ends_with("-adc")) << word;
    EXPECT_EQ(entry_of(method_of(word)).trains_converters, word.ends_with("-adc") || word == "crossbar-aware") << word;
  }
  EXPECT_THROW((void)method_of("noise_injection"), std::logic_error);
}

TEST(TrainingEvent, TellsStepsAndPassesApart) {
  EXPECT_EQ(training_event(0, 0), 0U);
  EXPECT_EQ(training_event(0, 15), 15U);
  EXPECT_EQ(training_event(1, 0), 16U);
}

}  // namespace method_test
}  // namespace ohmcarlo
