#include "data/npz_array.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/ranges.h>

#include "base/error.hpp"
#include "base/printable.hpp"
#include "data/npz_archive.hpp"

namespace ohmcarlo {
namespace {

constexpr struct {
  std::string_view code;
  ElementType type;
} kNumpyTypes[] = {
    {"u1", {"uint8", 1, false, true}},   {"b1", {"bool", 1, false, true}},    {"i1", {"int8", 1, true, true}},
    {"u2", {"uint16", 2, false, true}},  {"i2", {"int16", 2, true, true}},    {"u4", {"uint32", 4, false, true}},
    {"i4", {"int32", 4, true, true}},    {"u8", {"uint64", 8, false, true}},  {"i8", {"int64", 8, true, true}},
    {"f2", {"float16", 2, true, false}}, {"f4", {"float32", 4, true, false}}, {"f8", {"float64", 8, true, false}},
};

/// The place of the array's member, whose name `name` becomes if it is empty.
std::size_t find_member(const std::filesystem::path& file, const NpzArchive& archive, std::string& name) {
  std::vector<std::string> names;
  for (const std::string& member : archive.names()) names.push_back(npz_array_name(member));
  if (name.empty() && names.size() == 1) name = names.front();
  const auto found = std::ranges::find(names, name);
  if (name.empty() || found == names.end())
    fail_data("{}: {} (it holds: {})", file.string(),
              name.empty() ? "which array is meant? FILE:ARRAY says it" : fmt::format("there is no array '{}'", name),
              fmt::join(names, ", "));
  return static_cast<std::size_t>(found - names.begin());
}

const ElementType& element_type(const std::string& where, const std::string& code) {
  const auto found = std::ranges::find_if(
      kNumpyTypes, [&](const auto& known) { return code.size() == 3 && code.substr(1) == known.code; });
  if (found == std::end(kNumpyTypes) || std::string_view("<>|=").find(code[0]) == std::string_view::npos)
    fail_data("{}: its type is '{}' (allowed: integers)", where, printable(code));
  return found->type;
}

}  // namespace

IntegerArray read_npz_array(const std::filesystem::path& file, const std::string& name, ArrayExtent extent) {
  const NpzArchive archive(file);
  std::string called = name;
  const std::size_t number = find_member(file, archive, called);
  const std::string where = fmt::format("{}: array '{}'", file.string(), called);
  NpzMember member(archive, number, where);
  IntegerArray array{where, member.header().sizes, element_type(where, member.header().type)};
  std::vector<std::size_t> all = array.sizes;
  all.push_back(array.type.bytes);
  const std::uint64_t bytes = product_of(all);
  if (bytes == 0 || bytes == UINT64_MAX) fail_data("{}: its sizes are {}", where, array.sizes_text());
  if (extent == ArrayExtent::whole) array.bytes = member.take_numbers(bytes / array.type.bytes, array.type.bytes);
  return array;
}

}  // namespace ohmcarlo
