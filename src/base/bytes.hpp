#pragma once
// Values packed into a string of bytes, for messages between processes of one program.

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <variant>
#include <vector>

#include "base/error.hpp"

namespace ohmcarlo {

/// A record that lists its members once, as references, for whoever writes and reads it:
///   static auto members(auto& self) { return std::tie(self.first, self.second); }
template <class T>
concept Record = requires(T& value) {
  T::members(value);
};

/// A value that is its bytes: numbers, enums, and structs of such without a list of members.
template <class T>
concept PlainValue = std::is_trivially_copyable_v<T> && !Record<T>;

/// Writes plain values, texts, records, vectors and variants of these.
class ByteWriter {
 public:
  template <PlainValue T>
  ByteWriter& write(const T& value) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    return *this;
  }
  ByteWriter& write(const std::string& text) {
    write(text.size());
    bytes_ += text;
    return *this;
  }
  template <class T>
  ByteWriter& write(const std::vector<T>& values) {
    write(values.size());
    for (const T& value : values) write(value);
    return *this;
  }
  template <Record T>
  ByteWriter& write(const T& record) {
    std::apply([this](const auto&... members) { (this->write(members), ...); }, T::members(record));
    return *this;
  }
  template <class... Types>
  ByteWriter& write(const std::variant<Types...>& variant) {
    static_assert(sizeof...(Types) < 256);
    write(static_cast<std::uint8_t>(variant.index()));
    std::visit([this](const auto& value) { this->write(value); }, variant);
    return *this;
  }
  /// The values alone: whoever reads them knows how many.
  template <PlainValue T>
  ByteWriter& write_array(std::span<const T> values) {
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
  T read() {
    T value{};
    read_into(value);
    return value;
  }
  template <PlainValue T>
  void read_array(std::span<T> values) {
    const std::string_view part = cut(values.size_bytes());
    if (!part.empty()) std::memcpy(values.data(), part.data(), part.size());
  }
  [[nodiscard]] bool at_end() const { return bytes_.empty(); }

 private:
  template <PlainValue T>
  void read_into(T& value) {
    std::memcpy(&value, cut(sizeof value).data(), sizeof value);
  }
  void read_into(std::string& text) { text = cut(read<std::size_t>()); }
  template <class T>
  void read_into(std::vector<T>& values) {
    const auto count = read<std::size_t>();
    for (std::size_t i = 0; i < count; ++i) values.push_back(read<T>());
  }
  template <Record T>
  void read_into(T& record) {
    std::apply([this](auto&... members) { (this->read_into(members), ...); }, T::members(record));
  }
  template <class... Types>
  void read_into(std::variant<Types...>& variant) {
    const auto wanted = read<std::uint8_t>();
    require(wanted < sizeof...(Types), "a message is of a known kind");
    std::size_t number = 0;
    ((number++ == wanted ? void(variant = read<Types>()) : void()), ...);
  }
  std::string_view cut(std::size_t size) {
    require(size <= bytes_.size(), "a message ended early");
    const std::string_view part = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return part;
  }

  std::string_view bytes_;
};

template <class T>
[[nodiscard]] std::string pack_bytes(const T& value) {
  return ByteWriter().write(value).take();
}

/// The value that these bytes were packed from. Throws std::logic_error if they are fewer or more than its own.
template <class T>
[[nodiscard]] T unpack_bytes(std::string_view bytes) {
  ByteReader reader(bytes);
  T value = reader.read<T>();
  require(reader.at_end(), "a message holds nothing more");
  return value;
}

}  // namespace ohmcarlo
