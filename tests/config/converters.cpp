#include "config/converters.hpp"

#include "config/hardware_of.hpp"

namespace ohmcarlo {
namespace converters_test {

TEST(Hardware, ConvertersHaveDefaults) {
  const ArrayOptions array = arrays_of(kArrays + "dac.bits = 4\nadc.bits = 5\n");
  EXPECT_EQ(array.dac.coding.read_bits, 0);
  EXPECT_EQ(array.adc.range, RangeKind::calibrated);
  EXPECT_EQ(array.adc.percentile, 100);
  EXPECT_EQ(array.adc.granularity, Granularity::layer);
}

TEST(Hardware, KeysOfConvertersAndWiresReachTheirFields) {
  const ArrayOptions array = arrays_of(
      kCells +
      "[hardware.dac]\nbits = 7\nserial = true\nencoding = \"twos-complement\"\nrange = 1.5\n[hardware.adc]\nbits = "
      "9\nrange = [-0.5, 3]\ngranularity = \"column\"\nsensing = \"single\"\nnoise = \"logistic\"\nnoise_sd = "
      "0.5\non_sd = 0.25\noff_sd = 0.125\n[hardware.wires]\nrow_ohm = 1\ncolumn_ohm = 2\ndriver_ohm = 3\nsense_ohm = "
      "4\nsources = \"both\"\n");
  EXPECT_EQ(array.dac.coding.bits, 7);
  EXPECT_EQ(array.dac.coding.read_bits, 1);
  EXPECT_EQ(array.dac.coding.encoding, InputEncoding::twos_complement);
  EXPECT_EQ(array.dac.full_scale, 1.5);
  EXPECT_EQ(array.adc.bits, 9);
  EXPECT_EQ(array.adc.range, RangeKind::given);
  EXPECT_EQ(array.adc.low, -0.5);
  EXPECT_EQ(array.adc.high, 3);
  EXPECT_EQ(array.adc.granularity, Granularity::column);
  EXPECT_FALSE(array.adc.differential);
  EXPECT_EQ(array.adc.noise.law, AdcNoiseLaw::logistic);
  EXPECT_EQ(array.adc.noise.sd, 0.5);
  EXPECT_EQ(array.adc.noise.on_sd, 0.25);
  EXPECT_EQ(array.adc.noise.off_sd, 0.125);
  EXPECT_EQ(array.wires.row_ohm, 1);
  EXPECT_EQ(array.wires.column_ohm, 2);
  EXPECT_EQ(array.wires.driver_ohm, 3);
  EXPECT_EQ(array.wires.sense_ohm, 4);
  EXPECT_TRUE(array.wires.both_ends);
  EXPECT_EQ(arrays_of(kArrays + "adc.bits = 4\nadc.range = \"maximum\"\n").adc.range, RangeKind::maximum);
  EXPECT_EQ(arrays_of(kArrays + "adc.bits = 4\nadc.percentile = 99.5\nadc.granularity = \"array\"\n").adc.percentile,
            99.5);
}

TEST(Hardware, RangesOfConvertersAreSweptFromTheCommandLineToo) {
  const std::string text = kArrays + "adc.bits = 4\n";
  const auto ranges = [&](const char* value) {
    std::vector<RangeKind> kinds;
    for (const Point& point : experiment_of(text, {std::string("hardware.adc.range=") + value}).points)
      kinds.push_back(point.hardware.array.adc.range);
    return kinds;
  };
  EXPECT_THAT(ranges("[-1, 1]"), ElementsAre(RangeKind::given));
  EXPECT_THAT(ranges("[[-1, 1], [-2, 2]]"), ElementsAre(RangeKind::given, RangeKind::given));
  EXPECT_THAT(ranges("[\"calibrated\", \"maximum\"]"), ElementsAre(RangeKind::calibrated, RangeKind::maximum));
  EXPECT_THAT(ranges("[\"maximum\", [-1, 1]]"), ElementsAre(RangeKind::maximum, RangeKind::given));
}

}  // namespace converters_test
}  // namespace ohmcarlo
