#include "crossbar/read_names.hpp"

#include "base/error.hpp"

namespace ohmcarlo {

std::uint64_t read_event(std::uint32_t image, Index position, int read) {
  if (image >= 1U << 20 || position < 0 || position >= Index{1} << 16 || read >= 16)
    fail_usage("image {}, position {} of a read (allowed: below 1048576 and 65536)", image, position);
  return std::uint64_t{image} << 20 | static_cast<std::uint64_t>(position) << 4 | static_cast<std::uint64_t>(read);
}

Address read_address(const ChipKey& chip, Purpose purpose, const RowNames& rows, Index row, int read) {
  Address address = chip.address;
  address.purpose = purpose;
  address.event = read_event(rows.image(row), rows.position(row), read);
  return address;
}

}  // namespace ohmcarlo
