#include "config/arrays.hpp"

#include "config/hardware_of.hpp"

namespace ohmcarlo {
namespace arrays_test {

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

}  // namespace arrays_test
}  // namespace ohmcarlo
