#include "config/hardware.hpp"

#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "config/arrays.hpp"
#include "experiment/refusal.hpp"

namespace ohmcarlo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A file in a folder of this process.
std::string file_with(const std::string& name, const std::string& text) {
  const auto folder = std::filesystem::temp_directory_path() / ("ohmcarlo-hardware-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  std::ofstream(folder / name, std::ios::binary) << text;
  return (folder / name).string();
}

const std::string kLevels = "0,1e-6,0\n1,4e-5,1e-7\n2,7e-5,1e-7\n3,1e-4,2e-7\n";
const std::string kArrays = "data.set = \"mnist\"\n[hardware]\nsimulate = \"arrays\"\n";
const std::string kCells = kArrays + "g_min = 1e-6\ng_max = 1e-4\n";

Hardware hardware_of(const std::string& text, const std::vector<std::string>& sets = {}) {
  return experiment_of(text, sets).points.front().hardware;
}

ArrayOptions arrays_of(const std::string& text, const std::vector<std::string>& sets = {}) {
  const Hardware hardware = hardware_of(text, sets);
  EXPECT_TRUE(hardware.arrays);
  return hardware.array;
}

const std::string kTableSettings = "weight_bits = 2\nvariation.model = \"table\"\nvariation.file = \"";

/// Experiments that together read every key of hardware.
std::vector<std::string> one_of_each() {
  return {
      "data.set = \"mnist\"\n",  // float weights
      kCells + kTableSettings + file_with("a.csv", kLevels) + "\"\n",
      kCells +
          "tile_rows = 5\ntile_columns = 6\nvariation.model = \"banded\"\nfaults.kind = \"mixed\"\nfaults.pattern = "
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

TEST(Hardware, ConvertersHaveDefaults) {
  const ArrayOptions array = arrays_of(kArrays + "dac.bits = 4\nadc.bits = 5\n");
  EXPECT_EQ(array.dac.coding.read_bits, 0);
  EXPECT_EQ(array.adc.range, RangeKind::calibrated);
  EXPECT_EQ(array.adc.percentile, 100);
  EXPECT_EQ(array.adc.granularity, Granularity::layer);
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

TEST(Hardware, KeysOfDefectsReachTheirFields) {
  const CellModel cells =
      arrays_of(kCells + "defects.rate = 0.25\ndefects.stuck_share = 0.125\ndefects.sigma_range = [0.5, 2]\n").cells;
  ASSERT_TRUE(cells.defects);
  EXPECT_EQ(cells.defects->rate, 0.25);
  EXPECT_EQ(cells.defects->stuck_share, 0.125);
  EXPECT_EQ(cells.defects->sigma_low, 0.5);
  EXPECT_EQ(cells.defects->sigma_high, 2);
}

TEST(Hardware, LawsOfTheVariation) {
  const auto variation = [](const std::string& more) { return arrays_of(kArrays + more).cells.variation; };
  const std::string range = "g_min = 1e-6\ng_max = 5e-5\n";
  EXPECT_EQ(variation("").law, VariationLaw::gaussian);
  EXPECT_EQ(variation(range + "variation.model = \"proportional\"\n").law, VariationLaw::proportional);
  EXPECT_EQ(variation(range + "variation.model = \"lognormal\"\nvariation.sigma = 0.5\n").sigma, 0.5);
  const CellVariation fitted = variation(range + "variation.model = \"polynomial\"\nvariation.scale = 2.0\n");
  EXPECT_EQ(fitted.law, VariationLaw::polynomial);
  EXPECT_EQ(fitted.fit.scale, 2);
  EXPECT_EQ(fitted.fit.largest, FittedSd{}.largest);
  const CellVariation own = variation(kCells.substr(kArrays.size()) +
                                      "variation.model = \"polynomial\"\nvariation.coefficients = [1, 0.5, 0]\n");
  EXPECT_EQ(own.fit.c0, 1);
  EXPECT_EQ(own.fit.c1, 0.5);
  EXPECT_EQ(own.fit.c2, 0);
  const CellVariation table = variation(range + kTableSettings + file_with("a.csv", kLevels) + "\"\n");
  EXPECT_EQ(table.law, VariationLaw::table);
  EXPECT_THAT(table.levels.mean, ElementsAre(1e-6, 4e-5, 7e-5, 1e-4));
  EXPECT_THAT(table.levels.sd, ElementsAre(0, 1e-7, 1e-7, 2e-7));
}

TEST(Hardware, LawsOfTheReadNoise) {
  const auto noise = [](const std::string& more, const char* bits = "weight_bits = 4\n") {
    return arrays_of(kArrays + "g_min = 1e-5\ng_max = 5e-5\n" + bits + more);
  };
  const auto sigma = [&](const char* model) {
    return noise(std::string("read_noise.model = \"") + model + "\"\nread_noise.sigma = 0.5\n").read_noise;
  };
  EXPECT_EQ(sigma("gaussian")(3), 7.5F);                      // of 15 steps
  EXPECT_FLOAT_EQ(sigma("proportional")(15), 0.5F * 18.75F);  // 50 uS are 15 + 3.75 steps
  const SdLaw margin =
      noise("read_noise.model = \"margin\"\nread_noise.on_sd = 0.5\nread_noise.off_sd = 0.25\n").read_noise;
  EXPECT_FLOAT_EQ(margin(0), 0.25F * 15);
  EXPECT_FLOAT_EQ(margin(15), 0.5F * 15);
  const SdLaw fit =
      noise("read_noise.model = \"polynomial\"\nread_noise.coefficients = [4, 0, 0]\nread_noise.scale = 0.5\n")
          .read_noise;
  EXPECT_FLOAT_EQ(fit(7), 2 / (40.0F / 15));  // 2 uS
}

TEST(Hardware, TheFormOfTheReadNoiseIsColumnsWhereThatIsExact) {
  const std::string noise = "read_noise.model = \"gaussian\"\nread_noise.sigma = 0.1\n";
  EXPECT_EQ(arrays_of(kCells + noise).read_form, ReadForm::columns);
  EXPECT_EQ(arrays_of(kCells + noise + "read_noise.form = \"columns\"\n").read_form, ReadForm::columns);
  EXPECT_EQ(arrays_of(kCells + noise + "read_noise.form = \"cells\"\n").read_form, ReadForm::cells);
  EXPECT_EQ(arrays_of(kCells + noise + "wires.row_ohm = 1\n").read_form, ReadForm::cells);
  EXPECT_THAT(refused(kCells + noise + "wires.row_ohm = 1\nread_noise.form = \"columns\"\n"),
              HasSubstr("a.toml:9: 'hardware.read_noise.form': one draw a column is not exact: wires"));
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

TEST(Hardware, WhatDependsOnConductancesNeedsThem) {
  for (const char* more :
       {"wires.row_ohm = 1\n", "variation.model = \"lognormal\"\n", "variation.model = \"proportional\"\n",
        "defects.rate = 0.1\n", "drift.time = 10\n", "variation.die_sigma = 0.1\n", "variation.gradient_sigma = 0.1\n",
        "read_noise.model = \"proportional\"\nread_noise.sigma = 0.1\n"}) {
    EXPECT_THAT(refused(kArrays + more), HasSubstr("a.toml:3: ")) << more;
    EXPECT_THAT(refused(kArrays + more), HasSubstr("needs both 'hardware.g_min' and 'hardware.g_max' (siemens)"))
        << more;
    EXPECT_TRUE(hardware_of(kCells + more).arrays);
  }
}

TEST(Hardware, WiresNeedCellsThatConduct) {
  const std::string wires = kCells + "wires.row_ohm = 1\n";
  EXPECT_THAT(refused(wires + "mapping = \"signed\"\n"),
              HasSubstr("a.toml:7: 'hardware.mapping': \"signed\" is no circuit"));
  for (const char* more : {"variation.sigma = 0.1\n", "variation.die_sigma = 0.1\n", "variation.gradient_sigma = 0.1\n",
                           "variation.model = \"lognormal\"\nvariation.die_sigma = 0.1\n"}) {
    EXPECT_THAT(refused(wires + more), HasSubstr("'hardware.variation.clip': wires need conductances")) << more;
    EXPECT_EQ(arrays_of(wires + more + "variation.clip = \"zero\"\n").cells.clip, Clip::zero);
  }
  EXPECT_EQ(arrays_of(wires + "variation.model = \"lognormal\"\nvariation.sigma = 1\n").cells.clip, Clip::none);
  EXPECT_THAT(refused(wires + "mapping = \"offset\"\nread_noise.model = \"gaussian\"\nread_noise.sigma = 0.1\n"),
              HasSubstr("'hardware.read_noise.model': read noise behind wires needs a pair mapping"));
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

TEST(HardwareIdentity, ATableCountsByContentNotByName) {
  const auto table = [](const std::string& name, const std::string& levels) {
    return experiment_of(kCells + kTableSettings + file_with(name, levels) + "\"\n");
  };
  const Experiment here = table("a.csv", kLevels), renamed = table("b.csv", "# the same\n" + kLevels);
  EXPECT_EQ(experiment_identity(here, "d"), experiment_identity(renamed, "d"));
  EXPECT_EQ(here.points[0].chip_settings, renamed.points[0].chip_settings);
  const Experiment other = table("c.csv", "0,1e-6,0\n1,4e-5,1e-7\n2,7e-5,1e-7\n3,1e-4,3e-7\n");
  EXPECT_NE(experiment_identity(here, "d"), experiment_identity(other, "d"));
  EXPECT_NE(here.points[0].chip_settings, other.points[0].chip_settings);
}

// The cells of a value of the axis are those of its file: two files that exchange their content are another experiment.
TEST(HardwareIdentity, SweptTablesKeepTheirContent) {
  const std::string one = kLevels, two = "0,1e-6,0\n1,4e-5,1e-7\n2,7e-5,1e-7\n3,1e-4,3e-7\n";
  const auto both = [](const std::string& a, const std::string& b) {
    return experiment_of(kCells +
                         "weight_bits = 2\nvariation.model = \"table\"\n[sweep]\nhardware.variation.file = [\"" +
                         file_with("a.csv", a) + "\", \"" + file_with("b.csv", b) + "\"]\n");
  };
  EXPECT_NE(experiment_identity(both(one, two), "d"), experiment_identity(both(two, one), "d"));
  EXPECT_EQ(experiment_identity(both(one, two), "d"), experiment_identity(both(one, two), "d"));
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

TEST(ReadArrays, TakesTheHardwareTableAlone) {
  const Document document =
      parse_document("[training]\nepochs = 3\n[hardware]\nsimulate = \"weights\"\ntile_rows = 3\n", "a.toml", {});
  EXPECT_EQ(read_arrays(document).tile_rows, 3);
}

TEST(ReadArrays, RefusesSweepsAndKeysThatItDoesNotUse) {
  const auto refused_arrays = [](const std::string& text) {
    return refusal([&] { (void)read_arrays(parse_document(text, "a.toml", {})); });
  };
  EXPECT_THAT(refused_arrays("[sweep]\nhardware.variation.sigma = [0, 1]\n"),
              HasSubstr("a.toml:2: 'hardware.variation.sigma' is swept"));
  EXPECT_THAT(refused_arrays("hardware.variation.sampler = \"cells\"\n"),
              HasSubstr("a.toml:1: 'hardware.variation.sampler' is not used by these arrays"));
}

}  // namespace
}  // namespace ohmcarlo
