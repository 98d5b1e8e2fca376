#include "config/faults.hpp"

#include "config/hardware_of.hpp"

namespace ohmcarlo {
namespace faults_test {

const std::string kDefectiveCells = R"(
data.set = "mnist"
[hardware]
simulate = "arrays"
mapping = "mid-point"
g_min = 1e-6
g_max = 1e-4
[hardware.defects]
rate = 0.1
)";

TEST(Hardware, KeysOfDefectsReachTheirFields) {
  const CellModel cells =
      arrays_of(kCells + "defects.rate = 0.25\ndefects.stuck_share = 0.125\ndefects.sigma_range = [0.5, 2]\n").cells;
  ASSERT_TRUE(cells.defects);
  EXPECT_EQ(cells.defects->rate, 0.25);
  EXPECT_EQ(cells.defects->stuck_share, 0.125);
  EXPECT_EQ(cells.defects->sigma_low, 0.5);
  EXPECT_EQ(cells.defects->sigma_high, 2);
}

TEST(Defects, OfLayersAndOfReadsAreRefusedWhereTheyCannotBe) {
  EXPECT_THAT(refused(kDefectiveCells, {"hardware.defects.layers=[1, 3]"}),
              HasSubstr("names layer 3 (allowed: 1 to 2"));
  EXPECT_THAT(refused(kDefectiveCells, {"hardware.defects.layers=[]"}), HasSubstr("names no layer"));
  EXPECT_THAT(refused(kDefectiveCells, {"hardware.defects.layers=[0]"}), HasSubstr("hardware.defects.layers"));
  const auto every_read = [](const std::string& more) {
    return refused(kDefectiveCells, {"hardware.defects.lifetime=read", more});
  };
  EXPECT_THAT(every_read("hardware.mapping=offset"), HasSubstr("pairs of one cell each"));
  EXPECT_THAT(every_read("hardware.wires.row_ohm=1"), HasSubstr("wires"));
  EXPECT_THAT(refused(kDefectiveCells, {"hardware.defects.lifetime=read", "hardware.read_noise.model=proportional",
                                        "hardware.read_noise.sigma=0.1"}),
              HasSubstr("depends on conductances"));
  EXPECT_THAT(
      refused(kDefectiveCells, {"hardware.defects.lifetime=read", "network.architecture=lstm", "data.set=fsdd"}),
      HasSubstr("sequences"));
  const Experiment fine =
      experiment_of(kDefectiveCells, {"hardware.defects.lifetime=read", "hardware.defects.layers=[2]"});
  EXPECT_TRUE(fine.points[0].hardware.array.redrawn());
  EXPECT_TRUE(fine.points[0].hardware.array.cells.defects->in(1));
  EXPECT_FALSE(fine.points[0].hardware.array.cells.defects->in(0));
}

}  // namespace faults_test
}  // namespace ohmcarlo
