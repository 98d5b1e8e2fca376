#include "config/files.hpp"

#include "config/hardware_of.hpp"

namespace ohmcarlo {
namespace files_test {

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

}  // namespace files_test
}  // namespace ohmcarlo
