#include <cmath>
#include <sstream>

#include <gmock/gmock.h>

#include "app/command.hpp"
#include "captured.hpp"
#include "scratch.hpp"

namespace ohmcarlo {
namespace vmm_test {

using test::error_of;
using test::write_text;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// `ohmcarlo vmm` with a matrix of two outputs by three inputs, and two vectors.
class Vmm : public testing::Test {
 protected:
  test::Scratch folder;
  Arguments arguments = {"--hardware", (folder / "hw.toml").string(), "--weights", (folder / "w.csv").string(),
                         "--inputs",   (folder / "x.csv").string()};

  Vmm() {
    write_text(folder / "hw.toml", "[hardware]\nmapping = \"one-sided\"\n[hardware.variation]\nsigma = 0.0\n");
    write_text(folder / "w.csv", "1,-0.5,0.25\n0,2,-1\n");
    write_text(folder / "x.csv", "1,2,4\n0.5,0,1\n");
  }
  [[nodiscard]] std::string printed(const Arguments& more = {}) const {
    Arguments all = arguments;
    all.insert(all.end(), more.begin(), more.end());
    return test::printed_by([&] { EXPECT_EQ(vmm_command(all), 0); });
  }
  [[nodiscard]] std::string refused(const Arguments& more, const std::type_info& type = typeid(BadUsage)) const {
    Arguments all = arguments;
    all.insert(all.end(), more.begin(), more.end());
    return error_of([&] { vmm_command(all); }, type);
  }
  /// The numbers of the lines without '#'.
  static std::vector<double> numbers(const std::string& text) {
    std::vector<double> found;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      std::istringstream fields(line.starts_with('#') ? "" : line);
      for (std::string field; std::getline(fields, field, ',');) found.push_back(std::stod(field));
    }
    return found;
  }
};

// 1 - 1 + 1, 4 - 4; 0.5 + 0.25, -1.
TEST_F(Vmm, ArraysWithoutErrorsMultiplyAsOnPaper) {
  const std::vector<double> y = numbers(printed());
  ASSERT_EQ(y.size(), 4U);
  const double expected[] = {1, 0, 0.75, -1};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(y[i], expected[i], 1e-6);
}

TEST_F(Vmm, EveryChipHasItsOwnErrorsAndKeepsThem) {
  const Arguments noisy = {"--set", "hardware.variation.sigma=0.1"};
  const auto chip = [&](const char* number, const char* seed) {
    Arguments all = noisy;
    all.insert(all.end(), {"--chip", number, "--seed", seed});
    return numbers(printed(all));
  };
  EXPECT_EQ(chip("3", "1"), chip("3", "1"));
  EXPECT_NE(chip("3", "1"), chip("4", "1"));
  EXPECT_NE(chip("3", "1"), chip("3", "2"));
  EXPECT_EQ(chip("0", "1"), numbers(printed(noisy))) << "the defaults";
}

// The largest weight is 2: a weight w is a cell of g_max w / 2 beside one of g_min, here 0 and 100 uS.
TEST_F(Vmm, ConductancesAreThoseOfThePairs) {
  const std::string text = printed({"--dump", "conductances", "--set", "hardware.g_max=1e-4"});
  EXPECT_THAT(text,
              HasSubstr("slice 0, positive cells, siemens, one line an input\n# 5e-05,0\n# 0,0.0001\n# 1.25e-05,0\n"));
  EXPECT_THAT(text, HasSubstr("slice 0, negative cells, siemens, one line an input\n# 0,0\n# 2.5e-05,0\n# 0,5e-05\n"));
}

TEST_F(Vmm, FilesThatDoNotFitAreNamed) {
  write_text(folder / "x.csv", "1,2\n");
  EXPECT_THAT(refused({}, typeid(BadData)), HasSubstr("x.csv: its rows have 2 numbers, but the weights in "));
  arguments.resize(4);
  EXPECT_EQ(refused({}), "ohmcarlo vmm: --inputs is missing (see ohmcarlo vmm --help)");
}

TEST_F(Vmm, NumbersOutOfRangeAreRefused) {
  EXPECT_EQ(refused({"--chip", "4194304"}), "--chip 4194304: not a chip (allowed: 0 to 4194303)");
  EXPECT_EQ(refused({"--chip=-1"}), "--chip -1: not a chip (allowed: 0 to 4194303)");
  EXPECT_EQ(refused({"--seed=-1"}), "--seed -1: not a seed (allowed: 0 to 9223372036854775807)");
  EXPECT_EQ(refused({"--dump", "all"}), "--dump all: unknown (allowed: conductances, codes, currents)");
}

TEST_F(Vmm, NetlistsOfAPairAreTwoFilesAndNoneIsOverwrittenUnasked) {
  const std::string path = (folder / "a.cir").string();
  write_text(folder / "a.negative.cir", "old");
  EXPECT_THAT(refused({"--netlist", path}, typeid(UnusableResults)), HasSubstr("a.negative.cir: exists"));
  EXPECT_FALSE(std::filesystem::exists(path));
  (void)printed({"--netlist", path, "--overwrite"});
  EXPECT_THAT(folder.names(), ::testing::IsSupersetOf({"a.cir", "a.negative.cir"}));
  EXPECT_NE(test::read_text(folder / "a.negative.cir"), "old");
}

}  // namespace vmm_test
}  // namespace ohmcarlo
