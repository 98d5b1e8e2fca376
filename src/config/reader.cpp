#include "config/reader.hpp"

#include "base/error.hpp"

namespace ohmcarlo {

Reader::Reader(const PointSettings& settings) : settings_(&settings), read_(all_keys().size()) {}

const Value& Reader::read(KeyName key) {
  const KeyId id = id_of(key);
  const RecordedValue* found = settings_->find(id);
  if (found == nullptr)
    fail_usage("{}: '{}' is missing (allowed: {})", settings_->document().file, key.path(), all_keys()[id].allowed());
  read_[id] = found;
  keys_read_.set(id);
  return found->value;
}

bool Reader::is_word(KeyName key) const {
  const RecordedValue* found = settings_->find(id_of(key));
  require(found != nullptr, "a key with a value");
  return std::holds_alternative<std::string>(found->value);
}

void Reader::substitute(KeyName key, const Value& value) {
  const KeyId id = id_of(key);
  substituted_.push_back(std::make_unique<const RecordedValue>(record_value(key.path(), value)));
  read_[id] = substituted_.back().get();
  keys_read_.set(id);
}

std::string Reader::log() const {
  std::size_t length = 0;
  for (const RecordedValue* each : read_) length += each != nullptr ? each->line.size() : 0;
  std::string text;
  text.reserve(length);
  for (const KeyId id : ids_by_path())
    if (read_[id] != nullptr) text += read_[id]->line;
  return text;
}

const std::string& Reader::where(std::string_view path) const {
  return settings_->document().place_of(std::string(path));
}

}  // namespace ohmcarlo
