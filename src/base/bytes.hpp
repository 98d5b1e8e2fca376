#pragma once
// Plain values packed into a string of bytes, for messages between processes of one program.

#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/error.hpp"

namespace ohmcarlo {

class ByteWriter {
 public:
  template <class T>
  requires std::is_trivially_copyable_v<T> ByteWriter& put(const T& value) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    return *this;
  }
  ByteWriter& put(const std::string& text) {
    put(text.size());
    bytes_ += text;
    return *this;
  }
  template <class T>
  ByteWriter& put(const std::vector<T>& values) {
    put(values.size());
    for (const T& value : values) put(value);
    return *this;
  }
  /// The values alone: whoever reads them knows how many.
  template <class T>
  requires std::is_trivially_copyable_v<T> ByteWriter& put_array(std::span<const T> values) {
    bytes_.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
    return *this;
  }
  [[nodiscard]] std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

/// Reads in the order of writing. Throws std::logic_error past the end.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  template <class T>
  T get() {
    T value{};
    get_into(value);
    return value;
  }
  template <class T>
  requires std::is_trivially_copyable_v<T>
  void get_array(std::span<T> values) {
    const std::string_view part = cut(values.size_bytes());
    if (!part.empty()) std::memcpy(values.data(), part.data(), part.size());
  }
  [[nodiscard]] bool at_end() const { return bytes_.empty(); }

 private:
  template <class T>
  requires std::is_trivially_copyable_v<T>
  void get_into(T& value) { std::memcpy(&value, cut(sizeof value).data(), sizeof value); }
  void get_into(std::string& text) { text = cut(get<std::size_t>()); }
  template <class T>
  void get_into(std::vector<T>& values) {
    const auto count = get<std::size_t>();
    for (std::size_t i = 0; i < count; ++i) values.push_back(get<T>());
  }
  std::string_view cut(std::size_t size) {
    require(size <= bytes_.size(), "a message ended early");
    const std::string_view part = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return part;
  }

  std::string_view bytes_;
};

}  // namespace ohmcarlo
