#include "config/hardware.hpp"

#include "config/hardware_of.hpp"
#include "config/keys.hpp"

namespace ohmcarlo {
namespace hardware_test {

/// Experiments that together read every key of hardware.
std::vector<std::string> one_of_each() {
  return {
      "data.set = \"mnist\"\n",  // float weights
      kCells + kTableSettings + file_with("a.csv", kLevels) + "\"\n",
      kCells +
          "ideal_layers = [1]\ntile_rows = 5\ntile_columns = 6\nvariation.model = \"banded\"\nfaults.kind = "
          "\"mixed\"\nfaults.pattern = "
          "\"clusters\"\nread_noise.model = \"margin\"\nread_noise.on_sd = 0.1\ndac.bits = 4\nadc.bits = "
          "5\nadc.noise = \"logistic\"\nwrite_verify.tolerance = 0.1\ndrift.time = 10\n",
      kArrays + "g_min = 1e-6\ng_max = 5e-5\nvariation.model = \"polynomial\"\nread_noise.model = \"polynomial\"\n",
      kCells + "defects.rate = 0.1\nread_noise.model = \"gaussian\"\nread_noise.sigma = 0.1\n",
      kArrays + "adc.bits = 5\nadc.range_from = { training.epochs = 10 }\n[sweep]\ntraining.epochs = [10]\n",
  };
}

TEST(Hardware, EveryRegisteredKeyIsReadSomewhere) {
  KeySet read;
  for (const std::string& text : one_of_each()) {
    read |= experiment_of(text).points.front().keys;
  }
  for (const Key& key : all_keys()) {
    if (!key.path.starts_with("hardware.")) continue;
    EXPECT_TRUE(read[id_of(KeyName(key.path))]) << key.path;
  }
}

TEST(Hardware, IsWeightsUnlessToldAndIdealUnlessTold) {
  EXPECT_FALSE(hardware_of("data.set = \"mnist\"\n").arrays);
  const ArrayOptions array = arrays_of(kArrays);
  EXPECT_EQ(array.format.mapping, Mapping::one_sided);
  EXPECT_EQ(array.format.weight_bits, 0);
  EXPECT_EQ(array.format.cell_bits, 0);
  EXPECT_EQ(array.tile_rows, 0);
  EXPECT_EQ(array.tile_columns, 0);
  EXPECT_EQ(array.cells.range.g_min, 0);
  EXPECT_EQ(array.cells.range.g_max, 1e-4);
  EXPECT_EQ(array.cells.range.top, 1);
  EXPECT_TRUE(CellLaw(array.cells.variation, array.cells.range).exact());
  EXPECT_TRUE(array.cells.array.none());
  EXPECT_EQ(array.cells.clip, Clip::none);
  EXPECT_EQ(array.cells.faults.rate, 0);
  EXPECT_FALSE(array.cells.defects || array.cells.verify || array.cells.drift);
  EXPECT_TRUE(array.read_noise.zero());
  EXPECT_EQ(array.dac.coding.bits, 0);
  EXPECT_EQ(array.dac.coding.encoding, InputEncoding::automatic);
  EXPECT_EQ(array.dac.full_scale, 0);
  EXPECT_EQ(array.adc.bits, 0);
  EXPECT_TRUE(array.adc.noise.off());
  EXPECT_TRUE(array.adc.differential);
  EXPECT_TRUE(array.wires.ideal());
  EXPECT_FALSE(array.wires.both_ends);
}

TEST(Hardware, KeysOfCellsReachTheirFields) {
  const ArrayOptions array =
      arrays_of(kArrays +
                "mapping = \"offset\"\nweight_bits = 6\ncell_bits = 3\ntile_rows = "
                "11\ntile_columns = 12\ng_min = 2e-6\ng_max = 9e-5\n[hardware.variation]\nmodel = "
                "\"banded\"\nsigma = 0.125\nband_factor = 3.5\nclip = \"range\"\ndie_sigma = "
                "0.25\ngradient_sigma = 0.375\n[hardware.faults]\nrate = 0.0625\nkind = "
                "\"mixed\"\ng_max_share = 0.75\npattern = \"clusters\"\ncluster_size = "
                "4\n[hardware.write_verify]\ntolerance = 0.03125\nmax_pulses = "
                "7\n[hardware.drift]\ntime = 100.0\nreference_time = 2.0\nexponent = "
                "0.5\nexponent_sd = 0.015625\n");
  EXPECT_EQ(array.format.mapping, Mapping::offset);
  EXPECT_EQ(array.format.weight_bits, 6);
  EXPECT_EQ(array.format.cell_bits, 3);
  EXPECT_EQ(array.tile_rows, 11);
  EXPECT_EQ(array.tile_columns, 12);
  const CellModel& cells = array.cells;
  EXPECT_EQ(cells.range.g_min, 2e-6);
  EXPECT_EQ(cells.range.g_max, 9e-5);
  EXPECT_EQ(cells.range.top, 7);
  EXPECT_EQ(cells.variation.law, VariationLaw::banded);
  EXPECT_EQ(cells.variation.sigma, 0.125);
  EXPECT_EQ(cells.variation.band_factor, 3.5);
  EXPECT_EQ(cells.clip, Clip::range);
  EXPECT_EQ(cells.array.die_sigma, 0.25);
  EXPECT_EQ(cells.array.gradient_sigma, 0.375);
  EXPECT_EQ(cells.faults.rate, 0.0625);
  EXPECT_EQ(cells.faults.kind, FaultKind::mixed);
  EXPECT_EQ(cells.faults.g_max_share, 0.75);
  EXPECT_EQ(cells.faults.pattern, FaultPattern::clusters);
  EXPECT_EQ(cells.faults.cluster_size, 4);
  ASSERT_TRUE(cells.verify && cells.drift);
  EXPECT_EQ(cells.verify->tolerance, 0.03125);
  EXPECT_EQ(cells.verify->max_pulses, 7);
  EXPECT_EQ(cells.drift->time, 100);
  EXPECT_EQ(cells.drift->time_programmed, 2);
  EXPECT_EQ(cells.drift->nu, 0.5);
  EXPECT_EQ(cells.drift->nu_sd, 0.015625);
  EXPECT_FALSE(cells.defects);
}

TEST(Hardware, RefusesKeysThatExcludeEachOther) {
  const auto expect = [](const std::string& more, const std::string& says) {
    EXPECT_THAT(refused(kArrays + more), HasSubstr(says)) << more;
  };
  expect("mapping = \"offset\"\nweight_bits = 1\n", "a.toml:4: 'hardware.mapping': a weight of 1 bit has no sign");
  expect("mapping = \"mid-point\"\nweight_bits = 4\ncell_bits = 2\n",
         "a.toml:4: 'hardware.mapping': mid-point pairs need");
  expect("cell_bits = 2\n", "a.toml:4: 'hardware.cell_bits' needs 'hardware.weight_bits'");
  expect("dac.bits = 1\ndac.encoding = \"offset\"\n", "a.toml:4: 'hardware.dac.bits': signed inputs need 2 bits");
  expect("dac.bits = 4\ndac.encoding = \"twos-complement\"\n",
         "a.toml:5: 'hardware.dac.encoding': two's complement needs");
  expect("adc.bits = 4\nadc.range = [2, 2]\n", "a.toml:5: 'hardware.adc.range': the low end must be below");
  expect("adc.bits = 1\nadc.range = [-2, 2]\n", "a.toml:4: 'hardware.adc.bits': a range that is symmetric");
  expect("adc.bits = 4\nadc.range = \"maximum\"\nadc.percentile = 99\n", "reads 'hardware.adc.percentile'");
  expect("adc.granularity = \"column\"\n", "reads 'hardware.adc.granularity'");
  expect("dac.serial = true\n", "reads 'hardware.dac.serial'");
  expect("mapping = \"signed\"\nadc.bits = 4\nadc.sensing = \"single\"\n", "reads 'hardware.adc.sensing'");
  expect("variation.sampler = \"cells\"\n", "reads 'hardware.variation.sampler'");
  expect("faults.cluster_size = 3\n", "reads 'hardware.faults.cluster_size'");
  expect("faults.g_max_share = 0.3\n", "reads 'hardware.faults.g_max_share'");
  expect("drift.exponent = 0.1\n", "reads 'hardware.drift.exponent'");
  expect("write_verify.max_pulses = 3\n", "reads 'hardware.write_verify.max_pulses'");
  expect("read_noise.sigma = 0.1\n", "reads 'hardware.read_noise.sigma'");
  expect("g_min = 1e-4\n", "a.toml:4: 'hardware.g_min' is 0.0001 (allowed: below hardware.g_max, 0.0001)");
  expect("g_min = 0\ng_max = 1e-4\nvariation.model = \"table\"\nweight_bits = 2\n", "needs hardware.variation.file");
  expect("g_min = 0\ng_max = 1e-4\nvariation.model = \"table\"\nvariation.file = \"x\"\n",
         "needs hardware.weight_bits");
}

TEST(Hardware, FloatWeightsHaveNoArrays) {
  EXPECT_THAT(refused("data.set = \"mnist\"\nhardware.tile_rows = 4\n"), HasSubstr("a.toml:2: no point"));
  EXPECT_THAT(
      refused("data.set = \"mnist\"\nhardware.variation.model = \"lognormal\"\n"),
      HasSubstr("a.toml:2: 'hardware.variation.model': float weights have \"gaussian\" or \"banded\" noise only"));
}

TEST(HardwareIdentity, EveryKeyThatIsReadChangesTheChips) {
  const std::string full = one_of_each()[2];
  const Experiment here = experiment_of(full);
  for (const char* set :
       {"hardware.tile_rows=7", "hardware.g_min=2e-6", "hardware.variation.band_factor=2",
        "hardware.variation.clip=zero", "hardware.faults.g_max_share=0.25", "hardware.faults.cluster_size=5",
        "hardware.read_noise.on_sd=0.3", "hardware.read_noise.form=cells", "hardware.dac.range=2.0",
        "hardware.adc.granularity=array", "hardware.adc.sensing=single", "hardware.adc.noise_sd=1.0",
        "hardware.wires.sources=both", "hardware.write_verify.max_pulses=3", "hardware.drift.exponent_sd=0.1",
        "hardware.mapping=offset"}) {
    const Experiment there = experiment_of(full, {set});
    EXPECT_NE(here.points[0].chip_settings, there.points[0].chip_settings) << set;
    EXPECT_NE(experiment_identity(here, "d"), experiment_identity(there, "d")) << set;
    EXPECT_EQ(here.points[0].training_settings, there.points[0].training_settings) << set;
  }
}

}  // namespace hardware_test
}  // namespace ohmcarlo
