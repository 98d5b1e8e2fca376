#pragma once
// Results of trainings and of evaluations as bytes.

#include <string>
#include <vector>

#include "records/table.hpp"
#include "trial/chip_result.hpp"

namespace ohmcarlo {

[[nodiscard]] std::string pack(const ModelRecord& record);
/// Throws std::logic_error unless `bytes` are those of one record.
[[nodiscard]] ModelRecord unpack_model(const std::string& bytes);
[[nodiscard]] std::string pack(const std::vector<ChipResult>& chips);
/// Throws std::logic_error unless `bytes` are those of results with this many values a chip.
[[nodiscard]] std::vector<ChipResult> unpack_chips(const std::string& bytes, std::size_t values_per_chip);

}  // namespace ohmcarlo
