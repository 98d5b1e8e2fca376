#include "data/integer_array.hpp"

#include <algorithm>

#include <fmt/ranges.h>

#include "base/error.hpp"

namespace ohmcarlo {

std::string IntegerArray::sizes_text() const {
  return fmt::format("{}", fmt::join(sizes, " x "));
}

std::int64_t IntegerArray::number(std::size_t i) const {
  require(type.is_integer && (i + 1) * type.bytes <= bytes.size(), "an integer of the array");
  std::uint64_t word = 0;
  for (std::size_t byte = 0; byte < type.bytes; ++byte)
    word |= std::uint64_t{bytes[i * type.bytes + byte]} << (8 * byte);
  const std::uint64_t sign = std::uint64_t{1} << (8 * type.bytes - 1);
  if (type.is_signed) return static_cast<std::int64_t>((word ^ sign) - sign);
  if (type.bytes == sizeof(word) && (word & sign) != 0) fail_data("{}: {} is too large for a label", where, word);
  return static_cast<std::int64_t>(word);
}

std::uint64_t product_of(const std::vector<std::size_t>& sizes) {
  std::uint64_t product = 1;
  for (const std::size_t size : sizes)
    if (__builtin_mul_overflow(product, std::uint64_t{size}, &product)) return UINT64_MAX;
  return product;
}

void reverse_bytes(std::size_t bytes_a_number, std::vector<std::uint8_t>& bytes) {
  if (bytes_a_number < 2) return;
  for (auto at = bytes.begin(); at != bytes.end(); at += static_cast<std::ptrdiff_t>(bytes_a_number))
    std::reverse(at, at + static_cast<std::ptrdiff_t>(bytes_a_number));
}

}  // namespace ohmcarlo
