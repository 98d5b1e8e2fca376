#include "config/settings.hpp"

#include "base/error.hpp"

namespace ohmcarlo {

Override parse_override(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size())
    fail_usage("--set {}: needs KEY=VALUE, for example --set trials.count=20", text);
  return {text.substr(0, equals), text.substr(equals + 1)};
}

const Value* Reader::find(const std::string& path) const {
  if (const auto swept = swept_->find(path); swept != swept_->end()) return &swept->second;
  if (const auto fixed = document_->fixed.find(path); fixed != document_->fixed.end()) return &fixed->second;
  return nullptr;
}

bool Reader::has(const std::string& path) const {
  return find(path) != nullptr || !find_key(path)->fallback.empty();
}

bool Reader::is_word(const std::string& path) const {
  const Value* value = find(path);
  return std::holds_alternative<std::string>(value != nullptr ? *value : default_value(*find_key(path)));
}

Value Reader::read(const std::string& path) {
  const Key* key = find_key(path);
  require(key != nullptr, "only registered keys are read");
  const Value* given = find(path);
  if (given == nullptr && key->fallback.empty())
    fail_usage("{}: '{}' is missing (allowed: {})", document_->file, path, key->allowed());
  const Value value = given != nullptr ? *given : default_value(*key);
  log_[path] = to_toml(value);
  return value;
}

std::string Reader::log() const {
  std::string text;
  for (const auto& [key, value] : log_) text += key + " = " + value + "\n";
  return text;
}

std::set<std::string> Reader::keys() const {
  std::set<std::string> found;
  for (const auto& [key, value] : log_) found.insert(key);
  return found;
}

std::string Reader::where(const std::string& path) const {
  const auto found = document_->where.find(path);
  return found == document_->where.end() ? document_->file : found->second;
}

}  // namespace ohmcarlo
