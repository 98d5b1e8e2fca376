#include "config/training_noise.hpp"

#include <gmock/gmock.h>

#include "config/reading.hpp"

namespace ohmcarlo {
namespace training_noise_test {

using testing::HasSubstr;

/// Gaussian training noise of a text, and the keys that were asked of the tested hardware and of the training.
struct Noise {
  explicit Noise(const std::string& text) : reading(text), tested(reading.settings) {}
  TrainingOptions read() {
    TrainingOptions training;
    read_gaussian_noise(reading.reader, tested, training);
    return training;
  }
  Reading reading;
  Reader tested;
};

TEST(TrainingNoise, IsThatOfTheTestedHardwareUnlessGiven) {
  const std::string hardware = "hardware.variation.sigma = 0.25\n";
  EXPECT_EQ(Noise(hardware).read().noise.sigma, 0.25);
  EXPECT_EQ(Noise(hardware + "training.noise_sigma = 0.5\n").read().noise.sigma, 0.5);
  EXPECT_EQ(Noise(hardware + "hardware.simulate = \"arrays\"\n").read().noise.sigma, 0.25);
  EXPECT_EQ(Noise(hardware + "training.validation_chips = 9\n").read().validation_chips, 9);
}

TEST(TrainingNoise, HasTheBandOfTestedFloatWeights) {
  const std::string banded =
      "hardware.variation.model = \"banded\"\nhardware.variation.band_factor = 4.0\nhardware.variation.sigma = 0.1\n";
  EXPECT_EQ(Noise(banded).read().noise.band_factor, 4);
  EXPECT_EQ(Noise(banded + "hardware.simulate = \"arrays\"\n").read().noise.band_factor, 1);
  EXPECT_EQ(Noise(banded + "training.noise_sigma = 0.1\n").read().noise.band_factor, 1);
}

TEST(TrainingNoise, NeedsASigmaRelativeToFullScale) {
  for (const char* law : {"proportional", "lognormal", "polynomial", "table"})
    EXPECT_THAT(
        bad_usage_of([&] {
          (void)Noise(std::string("hardware.simulate = \"arrays\"\nhardware.variation.model = \"") + law + "\"\n")
              .read();
        }),
        HasSubstr("'training.noise_sigma' is \"tested\", but this hardware has no sigma relative to full scale"))
        << law;
  EXPECT_THROW((void)Noise("hardware.simulate = \"arrays\"\nhardware.defects.rate = 0.1\n").read(), BadUsage);
}

// Points may share a training only if these keys agree, and a training has only its own in its identity.
TEST(TrainingNoise, RemembersWhatItAsksOfTheTestedHardware) {
  Noise tested("hardware.simulate = \"arrays\"\nhardware.variation.sigma = 0.25\n");
  (void)tested.read();
  EXPECT_EQ(
      tested.tested.log(),
      "hardware.simulate = \"arrays\"\nhardware.variation.model = \"gaussian\"\nhardware.variation.sigma = 0.25\n");
  EXPECT_EQ(tested.reading.reader.log(),
            "hardware.cell_bits = \"analog\"\ntraining.noise_sigma = 0.25\ntraining.validation_chips = 4\n");
  Noise given("hardware.variation.sigma = 0.25\ntraining.noise_sigma = 0.5\n");
  (void)given.read();
  EXPECT_EQ(given.tested.log(), "");
}

TEST(TrainingNoise, OfHardwareNeedsArrays) {
  const auto read = [](const std::string& text) {
    Reading reading(text);
    Reader tested(reading.settings);
    FileCache files;
    TrainingOptions training;
    read_hardware_noise(reading.reader, tested, files, training);
    return training;
  };
  EXPECT_TRUE(read("hardware.simulate = \"arrays\"\n").noise_arrays.has_value());
  EXPECT_THAT(bad_usage_of([&] { (void)read("training.noise = \"hardware\"\n"); }),
              HasSubstr("a.toml:1: 'training.noise' is \"hardware\", which needs hardware.simulate = \"arrays\""));
}

}  // namespace training_noise_test
}  // namespace ohmcarlo
