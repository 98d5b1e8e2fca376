#pragma once
// Reads the settings of one point and remembers which keys were read and what they said.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "config/keys.hpp"
#include "config/point_settings.hpp"
#include "config/words.hpp"

namespace ohmcarlo {

/// Reads settings, typed, by the names of their keys. A key that has no value throws BadUsage; references are
/// valid as long as the settings, or until the key is substituted. One reader must not be used by two threads at once.
class Reader {
 public:
  /// Reads `settings`, which must outlive the reader.
  explicit Reader(const PointSettings& settings);

  bool boolean(KeyName key) { return std::get<bool>(read(key)); }
  std::int64_t integer(KeyName key) { return std::get<std::int64_t>(read(key)); }
  double real(KeyName key) { return std::get<double>(read(key)); }
  const std::string& text(KeyName key) { return std::get<std::string>(read(key)); }
  const std::vector<std::int64_t>& integers(KeyName key) { return std::get<std::vector<std::int64_t>>(read(key)); }
  const std::vector<double>& reals(KeyName key) { return std::get<std::vector<double>>(read(key)); }
  const std::vector<std::string>& texts(KeyName key) { return std::get<std::vector<std::string>>(read(key)); }
  const Settings& settings(KeyName key) { return std::get<Settings>(read(key)); }
  const MeanAndSd& mean_and_sd(KeyName key) { return std::get<MeanAndSd>(read(key)); }
  /// What the word of the key means.
  template <class Meaning, std::size_t count>
  Meaning meaning(KeyName key, const Words<Meaning, count>& words) {
    return words.meaning_of(text(key));
  }

  /// True if the key is given (or swept, or has a default).
  [[nodiscard]] bool has(KeyName key) const { return settings_->find(id_of(key)) != nullptr; }
  /// True if the file or the command line says something about the key.
  [[nodiscard]] bool is_written(KeyName key) const { return settings_->is_written(id_of(key)); }
  /// True if the key is an axis of the sweep.
  [[nodiscard]] bool is_swept(KeyName key) const { return settings_->is_chosen(id_of(key)); }
  /// True if the key's value is a word instead of a number. The key must have a value.
  [[nodiscard]] bool is_word(KeyName key) const;

  /// Records that `key` was read with another value than the one written ("tested" -> the number).
  void substitute(KeyName key, const Value& value);

  /// The keys that were read so far.
  [[nodiscard]] const KeySet& keys_read() const { return keys_read_; }
  /// What was read of the key: the value substituted for it, else that of the settings; nullptr if it was not read.
  [[nodiscard]] const RecordedValue* find_read(KeyId key) const { return read_[key]; }
  /// "key = value" lines of all that was read so far, in alphabetical order.
  [[nodiscard]] std::string log() const;

  /// "file:line" of the key, or the file if it is not written there.
  [[nodiscard]] const std::string& where(std::string_view path) const;

 private:
  const Value& read(KeyName key);

  const PointSettings* settings_;
  std::vector<const RecordedValue*> read_;  ///< by KeyId
  KeySet keys_read_;
  std::vector<std::unique_ptr<const RecordedValue>> substituted_;
};

}  // namespace ohmcarlo
