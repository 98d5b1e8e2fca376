#include "config/refusal.hpp"

#include "base/error.hpp"

namespace ohmcarlo {

void refuse_key(const Reader& reader, std::string_view key, const std::string& why) {
  fail_usage("{}: '{}': {}", reader.where(key), key, why);
}

void check_key(const Reader& reader, std::string_view key, const std::string& problem) {
  if (!problem.empty()) refuse_key(reader, key, problem);
}

}  // namespace ohmcarlo
