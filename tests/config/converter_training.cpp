#include "config/converter_training.hpp"

#include "config/hardware_of.hpp"

namespace ohmcarlo {
namespace converter_training_test {

const std::string kTrained =
    "data.set = \"mnist\"\nhardware.simulate = \"arrays\"\nhardware.mapping = \"one-sided\"\nhardware.weight_bits = 1\n"
    "hardware.cell_bits = 1\nhardware.tile_rows = 36\nhardware.dac.bits = 2\nhardware.dac.serial = true\n"
    "hardware.adc.bits = 4\nhardware.adc.sensing = \"single\"\nhardware.adc.noise_sd = 0.5\nhardware.adc.on_sd = 0.25\n"
    "hardware.adc.off_sd = 0.125\n";
const std::string kSte = kTrained + "training.method = \"ste-adc\"\n";
const std::string kConcrete = kTrained + "training.method = \"concrete-adc\"\n";

TrainingOptions training_with(const std::string& text, const std::vector<std::string>& sets = {}) {
  return experiment_of(text, sets).points.front().training;
}

ConverterOptions converters_of(const std::string& text, const std::vector<std::string>& sets = {}) {
  const TrainingOptions training = training_with(text, sets);
  EXPECT_TRUE(training.converters);
  return training.converters.value_or(ConverterOptions{});
}

TEST(ConverterTraining, HasDefaults) {
  const ConverterOptions ste = converters_of(kSte), concrete = converters_of(kConcrete);
  for (const ConverterOptions& each : {ste, concrete}) {
    EXPECT_TRUE(each.noise);
    EXPECT_EQ(each.arrays.format.mapping, Mapping::one_sided);
    EXPECT_EQ(each.arrays.format.weight_bits, 1);
    EXPECT_EQ(each.arrays.tile_rows, 36);
    EXPECT_EQ(each.arrays.dac.coding.bits, 2);
    EXPECT_EQ(each.arrays.dac.coding.read_bits, 1);
    EXPECT_EQ(each.arrays.dac.coding.encoding, InputEncoding::unsigned_);
    EXPECT_EQ(each.arrays.adc.bits, 4);
    EXPECT_EQ(each.arrays.adc.range, RangeKind::trained);
    EXPECT_FALSE(each.arrays.adc.differential);
    // Noise of training is logistic, whatever the chips' law, of the chips' sds.
    EXPECT_EQ(each.arrays.adc.noise.law, AdcNoiseLaw::logistic);
    EXPECT_EQ(each.arrays.adc.noise.sd, 0.5);
    EXPECT_EQ(each.arrays.adc.noise.on_sd, 0.25);
    EXPECT_EQ(each.arrays.adc.noise.off_sd, 0.125);
    EXPECT_TRUE(each.arrays.cells.variation.sigma == 0 && each.arrays.cells.faults.rate == 0);
  }
  EXPECT_EQ(concrete.concrete.bits, 4);
  EXPECT_EQ(concrete.concrete.temperature, 1);
  EXPECT_EQ(concrete.concrete.tails, ConcreteTails::normalise);
  EXPECT_TRUE(concrete.concrete.draws);
  EXPECT_FALSE(concrete.concrete.straight_through);
  EXPECT_EQ(concrete.scale, ConcreteScale::tested);
}

TEST(ConverterTraining, KeysReachTheirFields) {
  const ConverterOptions margin =
      converters_of(kConcrete +
                        "training.adc.noise = false\ntraining.adc.temperature = 0.5\n"
                        "training.adc.scale = \"margin\"\ntraining.adc.tails = \"clip\"\n"
                        "training.adc.straight_through = true\nhardware.ideal_layers = [1, -1]\n",
                    {"network.hidden=[20, 20]"});
  EXPECT_FALSE(margin.noise || margin.concrete.draws);
  EXPECT_EQ(margin.concrete.temperature, 0.5);
  EXPECT_EQ(margin.scale, ConcreteScale::margin);
  EXPECT_EQ(margin.concrete.tails, ConcreteTails::clip);
  EXPECT_TRUE(margin.concrete.straight_through);
  EXPECT_THAT(margin.arrays.ideal_layers, ElementsAre(1, -1));
  const ConverterOptions given = converters_of(kConcrete, {"training.adc.scale=0.75", "hardware.adc.noise=logistic"});
  EXPECT_EQ(given.scale, ConcreteScale::given);
  EXPECT_EQ(given.given_scale, 0.75);
  EXPECT_FALSE(converters_of(kSte, {"training.adc.noise=false", "hardware.adc.noise=gaussian"}).noise);
  EXPECT_FALSE(training_with(kTrained, {"hardware.adc.noise=gaussian"}).converters);
}

// Cells of training have no errors; chips have them.
TEST(ConverterTraining, SeesNothingOfTheCells) {
  const ConverterOptions training =
      converters_of(kSte, {"hardware.variation.sigma=0.2", "hardware.faults.rate=0.1",
                           "hardware.read_noise.model=gaussian", "hardware.read_noise.sigma=0.1"});
  EXPECT_EQ(training.arrays.cells.variation.sigma, 0);
  EXPECT_EQ(training.arrays.cells.faults.rate, 0);
  EXPECT_TRUE(training.arrays.read_noise.zero());
}

TEST(ConverterTraining, RefusesWhatCannotBeTrained) {
  const auto says = [](const std::string& text, const std::vector<std::string>& sets, const std::string& what) {
    EXPECT_THAT(refused(text, sets), HasSubstr(what));
  };
  for (const std::string& text : {kSte, kConcrete}) {
    const std::string word = text == kSte ? "ste-adc" : "concrete-adc";
    says("data.set = \"mnist\"\ntraining.method = \"" + word + "\"\n", {},
         "a.toml:2: method \"" + word + "\" needs hardware.simulate = \"arrays\"");
    says(
        "data.set = \"mnist\"\nhardware.simulate = \"arrays\"\nhardware.adc.sensing = \"single\"\ntraining.method = "
        "\"" +
            word + "\"\n",
        {}, "a.toml:4: this method trains converters, but 'hardware.adc.bits' is missing (allowed: 2 to ");
    says(text, {"hardware.adc.bits=1", "hardware.adc.range=[0, 9]"},
         "'hardware.adc.bits': trained converters need 2 bits or more");
    says(text, {"hardware.adc.sensing=differential"},
         "'hardware.adc.sensing': trained converters have a line each (allowed: \"single\")");
    says(text, {"hardware.mapping=offset", "hardware.weight_bits=2"},
         "'hardware.mapping': trained converters need pairs (allowed: \"one-sided\")");
    says(text, {"hardware.mapping=signed"},
         "'hardware.mapping': trained converters need pairs (allowed: \"one-sided\")");
    says(text, {"hardware.adc.granularity=column", "hardware.adc.range=trained"},
         "'hardware.adc.granularity': training finds one scale a layer (allowed: \"layer\")");
    says(text, {"hardware.dac.encoding=sign-magnitude"},
         "'hardware.dac.encoding': trained converters need inputs that are not negative (allowed: \"auto\", "
         "\"unsigned\")");
    says(text, {"training.activation_bits=2"},
         "'training.activation_bits': does not go with method \"" + word + "\", whose inputs hardware.dac.bits rounds");
    says(
        text, {"hardware.ideal_layers=[4]"},
        "'hardware.ideal_layers' names layer 4 (allowed: 1 to 2, the layers with weights, or -1 to -2, from the last)");
    says(text, {"hardware.ideal_layers=[-3]"}, "'hardware.ideal_layers' names layer -3");
    says(text, {"hardware.ideal_layers=[0]"}, "'hardware.ideal_layers' names layer 0");
    says(text, {"hardware.ideal_layers=[1, -1]"},
         "'hardware.ideal_layers' leaves no layer a converter that could be trained");
  }
  for (const char* zero : {"0", "-1"}) {
    says(kConcrete, {std::string("training.adc.temperature=") + zero}, "'training.adc.temperature' is ");
    says(kConcrete, {std::string("training.adc.scale=") + zero}, "'training.adc.scale' is ");
  }
  says(kConcrete, {"training.adc.temperature=100"}, "'training.adc.temperature' is 100");
  says(kConcrete, {"training.adc.scale=largest"}, "'training.adc.scale' is 'largest'");
  says(kConcrete, {"training.adc.tails=fat"}, "'training.adc.tails' is 'fat'");
  says(kConcrete, {"hardware.adc.bits=9"},
       "'hardware.adc.bits': is too large for method \"concrete-adc\" (allowed: 2 to 8)");
  EXPECT_EQ(converters_of(kSte, {"hardware.adc.bits=9"}).arrays.adc.bits, 9);
  says(kSte, {"training.adc.temperature=0.5"}, "no point of this experiment reads 'training.adc.temperature'");
  says(kTrained, {"training.adc.noise=true", "hardware.adc.noise=gaussian"},
       "no point of this experiment reads 'training.adc.noise'");
}

TEST(ConverterTraining, RangesOnChipsAreThoseOfTheNetwork) {
  EXPECT_EQ(arrays_of(kSte, {"hardware.adc.range=trained"}).adc.range, RangeKind::trained);
  EXPECT_EQ(arrays_of(kSte).adc.range, RangeKind::calibrated) << "a control";
  EXPECT_THAT(refused(kTrained, {"hardware.adc.range=trained"}),
              HasSubstr("'hardware.adc.range' is \"trained\", but the network was trained without converters (allowed: "
                        "training.method ste-adc, concrete-adc or crossbar-aware, or weights of such a training)"));
  EXPECT_THAT(refused(kSte + "hardware.adc.range = \"trained\"\n[hardware.adc.range_from]\n\"training.epochs\" = 1\n"),
              HasSubstr("'hardware.adc.range_from': trained ranges are those of the network itself; remove it"));
}

TEST(WeightRule, IsTernaryOrThatOfBits) {
  EXPECT_EQ(training_with(kSte, {"training.weight_rule=ternary"}).weight_rule, WeightRule::ternary);
  EXPECT_EQ(training_with(kSte, {"training.weight_bits=1"}).weight_rule, WeightRule::largest);
  EXPECT_THAT(refused(kSte, {"training.weight_rule=ternary", "training.weight_bits=1"}),
              HasSubstr("'training.weight_rule': does not go with training.weight_bits"));
  EXPECT_THAT(refused(kSte, {"training.weight_rule=binary"}), HasSubstr("'training.weight_rule' is 'binary'"));
}

TEST(IdealLayers, FoldedNormalisationsChangeTrainedWeights) {
  const std::string folded = kSte +
                             "hardware.fold_normalisation = true\nnetwork.architecture = \"list\"\n"
                             "network.layers = [\"conv 2\", \"norm\", \"relu\", \"flatten\", \"dense classes\"]\n";
  EXPECT_THAT(refused(folded, {"hardware.adc.range=trained"}),
              HasSubstr("'hardware.fold_normalisation' changes weights whose converters have trained ranges"));
  EXPECT_NO_THROW((void)experiment_of(folded));
}

}  // namespace converter_training_test
}  // namespace ohmcarlo
