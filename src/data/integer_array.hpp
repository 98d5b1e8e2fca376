#pragma once
// Arrays of numbers as files hold them: images and labels.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ohmcarlo {

/// A type of numbers in a file.
struct ElementType {
  std::string_view name;  ///< "uint8"
  std::size_t bytes = 1;
  bool is_signed = false;
  bool is_integer = true;
};

/// Whether the numbers of an array are read, or its header alone.
enum class ArrayExtent : std::uint8_t { header, whole };

/// An array of a file.
struct IntegerArray {
  std::string where;  ///< the file, and the array in it: for messages
  std::vector<std::size_t> sizes;
  ElementType type;
  std::vector<std::uint8_t> bytes{};  ///< of all numbers, row-major, the lowest byte first; none of a header alone

  /// "60000 x 28 x 28".
  [[nodiscard]] std::string sizes_text() const;
  /// Number i of a whole array of integers. Throws BadData for one beyond 64 bits with a sign.
  [[nodiscard]] std::int64_t number(std::size_t i) const;
};

/// How many numbers an array of these sizes has, or as many as can be told apart if there are more.
[[nodiscard]] std::uint64_t product_of(const std::vector<std::size_t>& sizes);

/// Turns the bytes of every number around.
void reverse_bytes(std::size_t bytes_a_number, std::vector<std::uint8_t>& bytes);

}  // namespace ohmcarlo
