#include "exchange/file_bytes.hpp"

#include "base/error.hpp"
#include "base/hash.hpp"
#include "storage/whole_file.hpp"

namespace ohmcarlo {

std::vector<std::byte> file_bytes(const std::filesystem::path& path) {
  try {
    return read_whole(path);
  } catch (const Error& error) {  // of a results file it would be UnusableResults
    fail_data("{}", error.what());
  }
}

std::string content_sha256(std::span<const std::byte> bytes) {
  Sha256 hash;
  hash.add(bytes);
  return hash.hex();
}

}  // namespace ohmcarlo
