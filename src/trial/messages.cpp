#include "trial/messages.hpp"

#include "base/bytes.hpp"

namespace ohmcarlo {

std::string pack(const ModelRecord& record) {
  return pack_bytes(record);
}

ModelRecord unpack_model(const std::string& bytes) {
  return unpack_bytes<ModelRecord>(bytes);
}

std::string pack(const std::vector<ChipResult>& chips) {
  return pack_bytes(chips);
}

std::vector<ChipResult> unpack_chips(const std::string& bytes, std::size_t values_per_chip) {
  auto chips = unpack_bytes<std::vector<ChipResult>>(bytes);
  for (const ChipResult& chip : chips)
    require(chip.values.empty() || chip.values.size() == values_per_chip, "a chip has a value for every metric");
  return chips;
}

}  // namespace ohmcarlo
