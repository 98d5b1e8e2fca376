#include "crossbar/read_names.hpp"

#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace ohmcarlo {
namespace read_names_test {

TEST(ReadEvent, IsAnotherOneForEveryImagePositionAndRead) {
  std::set<std::uint64_t> events;
  for (const std::uint32_t image : {0U, 1U, 1048575U})
    for (const Index position : {0, 1, 65535})
      for (const int read : {0, 1, 15}) events.insert(read_event(image, position, read));
  EXPECT_EQ(events.size(), 27U);
  EXPECT_LT(*events.rbegin(), std::uint64_t{1} << 40);
}

TEST(ReadEvent, RefusesWhatItHasNoRoomFor) {
  EXPECT_THROW((void)read_event(1048576, 0, 0), Error);
  EXPECT_THROW((void)read_event(0, 65536, 0), Error);
  EXPECT_THROW((void)read_event(0, -1, 0), Error);
}

TEST(RowNames, GiveEveryRowItsImageAndPosition) {
  const std::vector<std::uint32_t> images{40, 7};
  const RowNames rows{images, 3, 5};
  EXPECT_EQ(rows.image(2), 40U);
  EXPECT_EQ(rows.image(3), 7U);
  EXPECT_EQ(rows.position(2), 7);
  EXPECT_EQ(rows.position(3), 5);
  const ChipKey chip{9, {.layer = 2, .replica = 1, .trial = 8}};
  const Address address = read_address(chip, Purpose::adc, rows, 4, 2);
  EXPECT_EQ(address.event, read_event(7, 6, 2));
  EXPECT_EQ(address.purpose, Purpose::adc);
  EXPECT_EQ(address.layer, 2U);
  EXPECT_EQ(address.trial, 8U);
}

}  // namespace read_names_test
}  // namespace ohmcarlo
