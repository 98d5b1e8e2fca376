#include "config/files.hpp"

namespace ohmcarlo {

FileContent record_content(Reader& reader, KeyName key, const std::string& sha256) {
  const std::string name = reader.is_swept(key) ? reader.text(key) : "";
  reader.substitute(key, sha256);
  return {std::string(key.path()), name, sha256};
}

}  // namespace ohmcarlo
