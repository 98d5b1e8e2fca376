#include "schedule/work.hpp"

#include "base/bytes.hpp"

namespace ohmcarlo {

std::size_t Work::units() const {
  std::size_t count = 0;
  for (const Lot& lot : lots) count += lot.units.size();
  return count;
}

std::string pack(const Message& message) {
  ByteWriter bytes;
  bytes.put(message.kind).put(message.number).put(message.payload).put(message.units).put(message.results.size());
  for (const UnitResult& result : message.results) bytes.put(result.unit).put(result.seconds).put(result.payload);
  return bytes.take();
}

Message unpack_message(const std::string& text) {
  ByteReader bytes(text);
  Message message;
  message.kind = bytes.get<MessageKind>();
  message.number = bytes.get<std::uint32_t>();
  message.payload = bytes.get<std::string>();
  message.units = bytes.get<std::vector<std::uint32_t>>();
  const auto count = bytes.get<std::size_t>();
  for (std::size_t i = 0; i < count; ++i) {
    UnitResult result;
    result.unit = bytes.get<std::uint32_t>();
    result.seconds = bytes.get<double>();
    result.payload = bytes.get<std::string>();
    message.results.push_back(std::move(result));
  }
  return message;
}

}  // namespace ohmcarlo
