#include "config/crossbar_training.hpp"

#include "config/hardware_of.hpp"

namespace ohmcarlo {
namespace crossbar_training_test {

const std::string kCrossbar =
    "data.set = \"mnist\"\ntraining.epochs = 7\nhardware.simulate = \"arrays\"\nhardware.mapping = \"signed\"\n"
    "hardware.weight_bits = 7\nhardware.tile_rows = 128\nhardware.g_min = 4e-6\nhardware.g_max = 44e-6\n"
    "hardware.dac.bits = 8\nhardware.dac.serial = true\nhardware.adc.bits = 8\n"
    "hardware.read_noise.model = \"polynomial\"\n";
const std::string kAware = kCrossbar + "training.method = \"crossbar-aware\"\nhardware.adc.range = \"trained\"\n";

TrainingOptions aware(const std::vector<std::string>& sets = {}) {
  return experiment_of(kAware, sets).points.front().training;
}

TEST(CrossbarTraining, SeesArraysWithoutErrorsOfCells) {
  const TrainingOptions training = aware({"hardware.variation.sigma=0.2", "hardware.faults.rate=0.1"});
  EXPECT_EQ(training.pretrain_epochs, 0);
  const ConverterOptions& converters = training.converters.value();
  EXPECT_EQ(converters.freeze_epoch, 3) << "half of the epochs";
  EXPECT_TRUE(converters.noise);
  const ArrayOptions& arrays = converters.arrays;
  EXPECT_EQ(arrays.format.mapping, Mapping::sign_magnitude);
  EXPECT_EQ(arrays.format.weight_bits, 7);
  EXPECT_EQ(arrays.tile_rows, 128);
  EXPECT_EQ(arrays.dac.coding.bits, 8);
  EXPECT_EQ(arrays.dac.coding.read_bits, 1);
  EXPECT_EQ(arrays.dac.coding.encoding, InputEncoding::automatic);
  EXPECT_EQ(arrays.adc.bits, 8);
  EXPECT_EQ(arrays.adc.range, RangeKind::trained);
  EXPECT_TRUE(arrays.adc.differential && !arrays.adc.positive && arrays.adc.noise.off());
  // Eq. 7 of the paper, in levels of 127 between 4 and 44 microsiemens.
  EXPECT_NEAR(arrays.read_noise(0), 127 * 0.024043, 1e-3);
  EXPECT_NEAR(arrays.read_noise(127), 127 * 0.056919, 1e-3);
  EXPECT_EQ(arrays.cells.variation.sigma, 0);
  EXPECT_EQ(arrays.cells.faults.rate, 0);
}

TEST(CrossbarTraining, KeysReachTheirFields) {
  const TrainingOptions training =
      aware({"training.pretrain_epochs=4", "training.adc.freeze_epoch=7", "training.adc.reference=positive",
             "hardware.adc.noise=gaussian", "hardware.adc.noise_sd=0.5"});
  EXPECT_EQ(training.pretrain_epochs, 4);
  EXPECT_EQ(training.converters->freeze_epoch, 7);
  EXPECT_TRUE(training.converters->arrays.adc.positive);
  EXPECT_EQ(training.converters->arrays.adc.noise.law, AdcNoiseLaw::gaussian);
  EXPECT_EQ(training.converters->arrays.adc.noise.sd, 0.5);
  const TrainingOptions quiet = aware({"training.adc.noise=false", "hardware.adc.noise=gaussian"});
  EXPECT_TRUE(quiet.converters->arrays.adc.noise.off() && quiet.converters->arrays.read_noise.zero());
}

TEST(CrossbarTraining, TakesEverySensingMappingAndNetwork) {
  for (const char* mapping : {"signed", "one-sided", "mid-point", "offset"})
    EXPECT_NO_THROW((void)aware({std::string("hardware.mapping=") + mapping}));
  EXPECT_FALSE(
      aware({"hardware.mapping=one-sided", "hardware.adc.sensing=single"}).converters->arrays.adc.differential);
  EXPECT_NO_THROW((void)aware({"network.architecture=lenet5"}));
  EXPECT_NO_THROW((void)aware({"data.set=fsdd", "network.architecture=lstm"}));
  EXPECT_NO_THROW((void)aware({"hardware.dac.encoding=sign-magnitude"}));
}

TEST(CrossbarTraining, RefusesWhatDoesNotFit) {
  const auto says = [](const std::vector<std::string>& sets, const std::string& what) {
    EXPECT_THAT(refused(kAware, sets), HasSubstr(what));
  };
  EXPECT_THAT(refused("data.set = \"mnist\"\ntraining.method = \"crossbar-aware\"\n"),
              HasSubstr("a.toml:2: method \"crossbar-aware\" needs hardware.simulate = \"arrays\""));
  EXPECT_THAT(refused("data.set = \"mnist\"\nhardware.simulate = \"arrays\"\ntraining.method = \"crossbar-aware\"\n"),
              HasSubstr("a.toml:3: this method trains converters, but 'hardware.adc.bits' is missing"));
  says({"hardware.adc.bits=1"}, "'hardware.adc.bits': trained converters need 2 bits or more");
  says({"hardware.adc.granularity=column"}, "'hardware.adc.granularity': training finds one scale a layer");
  says({"hardware.g_max=52e-6"}, "'hardware.read_noise.model': ");
  says({"training.adc.freeze_epoch=8"}, "'training.adc.freeze_epoch': is 8, but there are 7 epochs (allowed: 0 to 7)");
  says({"training.adc.freeze_epoch=-1"}, "'training.adc.freeze_epoch' is -1");
  says({"training.adc.reference=median"}, "'training.adc.reference' is 'median'");
  says({"training.weight_bits=7"}, "'training.weight_bits': does not go with method \"crossbar-aware\"");
  says({"training.weight_rule=ternary"}, "'training.weight_rule': does not go with method \"crossbar-aware\"");
  says({"training.activation_bits=7"}, "'training.activation_bits': does not go with method \"crossbar-aware\"");
  says({"hardware.ideal_layers=[1, 2]"}, "'hardware.ideal_layers' leaves no layer a converter");
  says({"hardware.ideal_layers=[3]"}, "'hardware.ideal_layers' names layer 3");
  says({"training.adc.temperature=0.5"}, "no point of this experiment reads 'training.adc.temperature'");
  EXPECT_THAT(refused(kCrossbar, {"hardware.adc.range=trained"}),
              HasSubstr("'hardware.adc.range' is \"trained\", but the network was trained without converters"));
}

}  // namespace crossbar_training_test
}  // namespace ohmcarlo
