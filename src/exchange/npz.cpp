#include "exchange/npz.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "base/error.hpp"
#include "base/printable.hpp"
#include "data/npz_archive.hpp"
#include "exchange/half.hpp"

namespace ohmcarlo {
namespace {

constexpr std::size_t kMostNumbers = std::size_t{1} << 31;

/// The numbers of the member, which are of type T, each by `to_float`.
template <class T, class ToFloat>
std::vector<float> read_values(NpzMember& member, std::size_t count, const ToFloat& to_float) {
  const std::vector<std::uint8_t> bytes = member.take_numbers(count, sizeof(T));
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i) {
    T value;
    std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
    values[i] = to_float(value);
  }
  return values;
}

NamedArray read_array(NpzMember member, std::string name, const std::string& where) {
  const NpyHeader& header = member.header();
  std::size_t count = 1;
  for (const std::size_t size : header.sizes) {
    if (size > kMostNumbers) fail_data("{}: its header has no shape", where);
    count *= size;
    if (count > kMostNumbers) fail_data("{}: more than {} numbers", where, kMostNumbers);
  }
  NamedArray array{std::move(name), header.sizes, {}};
  const std::string type = header.type.starts_with('<') || header.is_big_endian() ? header.type.substr(1) : "";
  const auto rounded = [](auto value) { return static_cast<float>(value); };
  if (type == "f4")
    array.values = read_values<float>(member, count, rounded);
  else if (type == "f8")
    array.values = read_values<double>(member, count, rounded);
  else if (type == "f2")
    array.values = read_values<std::uint16_t>(member, count, &from_half);
  else if (type == "i8" && array.name.ends_with(".num_batches_tracked"))
    array.values = read_values<std::int64_t>(member, count, rounded);
  else
    fail_data("{}: its type is '{}' (allowed: '<f2', '<f4', '<f8')", where, printable(header.type));
  return array;
}

}  // namespace

std::vector<NamedArray> read_npz(const std::string& file, std::span<const std::byte> bytes) {
  const NpzArchive archive(file, bytes);
  const std::vector<std::string> names = archive.names();
  std::vector<NamedArray> arrays;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string name = npz_array_name(names[i]);
    if (name == names[i]) fail_data("{}: it holds '{}', which is no array (.npy)", file, name);
    const std::string where = fmt::format("{}: array '{}'", file, name);
    if (std::ranges::find(arrays, name, &NamedArray::name) != arrays.end())
      fail_data("{}: array '{}': it is there twice", file, names[i]);
    arrays.push_back(read_array(NpzMember(archive, i, where), name, where));
  }
  return arrays;
}

}  // namespace ohmcarlo
