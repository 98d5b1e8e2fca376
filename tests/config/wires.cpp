#include "config/wires.hpp"

#include "config/reading.hpp"

namespace ohmcarlo {
namespace wires_test {

TEST(WiresTable, EachKeyReachesItsField) {
  Reading none("data.set = \"mnist\"\n");
  EXPECT_TRUE(read_wires(none.reader).ideal());
  Reading all("[hardware.wires]\nrow_ohm = 1\ncolumn_ohm = 2\ndriver_ohm = 3\nsense_ohm = 4\nsources = \"both\"\n");
  const WireOptions wires = read_wires(all.reader);
  EXPECT_EQ(wires.row_ohm, 1);
  EXPECT_EQ(wires.column_ohm, 2);
  EXPECT_EQ(wires.driver_ohm, 3);
  EXPECT_EQ(wires.sense_ohm, 4);
  EXPECT_TRUE(wires.both_ends);
}

}  // namespace wires_test
}  // namespace ohmcarlo
