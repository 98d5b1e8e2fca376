#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include <gtest/gtest.h>

#include "fuzz/readers.hpp"

namespace ohmcarlo::test {
namespace {

namespace fs = std::filesystem;

const fs::path kCorpora = fs::path(OHMCARLO_SOURCE_DIR) / "tests" / "fuzz" / "corpora";

std::vector<std::byte> bytes_of(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

std::vector<fs::path> files_of(std::string_view reader) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(kCorpora / reader)) files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

// Of every file, whole, cut in its middle and with a changed byte: read, or refused in words.
TEST(ForeignReaders, EndWellOnEveryFileThatIsKept) {
  for (const ForeignReader& reader : foreign_readers()) {
    const std::vector<fs::path> files = files_of(reader.name);
    EXPECT_FALSE(files.empty()) << reader.name;
    for (const fs::path& file : files) {
      const std::vector<std::byte> whole = bytes_of(file);
      std::vector<std::byte> changed = whole;
      if (!changed.empty()) changed[changed.size() / 3] ^= std::byte{0x81};
      EXPECT_NO_THROW(reader.read(whole)) << file;
      EXPECT_NO_THROW(reader.read(std::span(whole).first(whole.size() / 2))) << file;
      EXPECT_NO_THROW(reader.read(changed)) << file;
    }
  }
}

}  // namespace
}  // namespace ohmcarlo::test
