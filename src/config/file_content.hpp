#pragma once
// What a file that an experiment names holds, as far as identities are concerned.

#include <compare>
#include <string>

namespace ohmcarlo {

struct FileContent {
  std::string key;   ///< of the configuration, which names the file
  std::string file;  ///< its name where the key is swept, since it is a value of an axis; else empty: any name will do
  std::string sha256;  ///< of what it holds
  friend auto operator<=>(const FileContent&, const FileContent&) = default;
};

}  // namespace ohmcarlo
