#include "schedule/message.hpp"

#include "base/bytes.hpp"

namespace ohmcarlo {

std::string pack(const Order& order) {
  return pack_bytes(order);
}

std::string pack(const Report& report) {
  return pack_bytes(report);
}

Order unpack_order(const std::string& bytes) {
  return unpack_bytes<Order>(bytes);
}

Report unpack_report(const std::string& bytes) {
  return unpack_bytes<Report>(bytes);
}

}  // namespace ohmcarlo
