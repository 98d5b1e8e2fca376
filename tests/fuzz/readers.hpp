#pragma once
// Everything that reads bytes from elsewhere, each as one function of these bytes.

#include <cstddef>
#include <span>
#include <string_view>

namespace ohmcarlo::test {

struct ForeignReader {
  std::string_view name;  ///< and of the folder in tests/fuzz/corpora/ whose files it is tried on
  /// Reads the bytes as a file. Bytes that are no such file end in an Error, which is taken; whatever else is thrown, a
  /// crash, a hang or an allocation out of all proportion is a fault of the reader.
  void (*read)(std::span<const std::byte> bytes);
};

[[nodiscard]] std::span<const ForeignReader> foreign_readers();

}  // namespace ohmcarlo::test
