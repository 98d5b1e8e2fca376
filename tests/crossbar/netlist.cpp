#include "crossbar/netlist.hpp"

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace netlist_test {

std::vector<std::string> lines_of(const WireOptions& wires) {
  Matrix<double> siemens(2, 3);
  siemens << 1e-4, 0, 5e-5, 0x1p-15, 1e-5, 4e-5;
  Matrix<double> volts(1, 2);
  volts << 0.5, 0.25;
  std::istringstream text(spice_netlist(View<const double>(siemens), View<const double>(volts), wires));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

std::ptrdiff_t count(const std::vector<std::string>& lines, const std::string& begin) {
  return std::ranges::count_if(lines, [&](const std::string& line) { return line.starts_with(begin); });
}

bool has(const std::vector<std::string>& lines, const std::string& line) {
  return std::ranges::find(lines, line) != lines.end();
}

// Five cells of six conduct; every one has a segment of its word line and of its bit line.
TEST(SpiceNetlist, HasAResistorForEveryCellAndSegment) {
  const auto lines = lines_of({.row_ohm = 1, .column_ohm = 2, .driver_ohm = 3, .sense_ohm = 4});
  EXPECT_EQ(count(lines, "Rcell"), 5);
  EXPECT_EQ(count(lines, "Rwl"), 6);
  EXPECT_EQ(count(lines, "Rbl"), 6);
  EXPECT_EQ(count(lines, "Rdrv"), 2);
  EXPECT_EQ(count(lines, "Rsense"), 3);
  EXPECT_TRUE(has(lines, "Rcell0_2 wl0_2 bl0_2 20000"));
  EXPECT_TRUE(has(lines, "Rwl1_0 drv1 wl1_0 1"));
  EXPECT_TRUE(has(lines, "Rbl1_2 bl1_2 foot2 2"));
  EXPECT_TRUE(has(lines, "Vin1 in1 0 0.25"));
}

// What 0 ohm connects is one node: cells lie between a source and virtual ground.
TEST(SpiceNetlist, HasNoNodesWithoutResistanceBetweenThem) {
  const auto lines = lines_of({});
  EXPECT_EQ(count(lines, "R"), 5 + 1);  // and the title
  EXPECT_TRUE(has(lines, "Rcell1_0 in1 foot0 32768"));
  EXPECT_TRUE(has(lines, "Vsense0 foot0 0 0"));
}

TEST(SpiceNetlist, DrivesRowsFromBothEndsWhereAsked) {
  const auto lines = lines_of({.row_ohm = 1, .driver_ohm = 3, .both_ends = true});
  EXPECT_EQ(count(lines, "Rwl"), 8);
  EXPECT_TRUE(has(lines, "Rfar0 far0 in0 3"));
}

}  // namespace netlist_test
}  // namespace ohmcarlo
