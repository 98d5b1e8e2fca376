#include "exchange/npz.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

#include <zip.h>

#include "base/error.hpp"
#include "base/printable.hpp"

namespace ohmcarlo {
namespace {

static_assert(std::endian::native == std::endian::little, "arrays are read in the order of their bytes");

constexpr std::string_view kSuffix = ".npy";
constexpr std::size_t kMostNumbers = std::size_t{1} << 31;

struct CloseArchive {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct CloseMember {
  void operator()(zip_file_t* member) const { (void)zip_fclose(member); }
};

/// One file of the archive, read from its beginning on.
class Member {
 public:
  Member(std::string who, zip_t* archive, zip_uint64_t number)
      : who_(std::move(who)), file_(zip_fopen_index(archive, number, 0)) {
    if (file_ == nullptr) refuse("cannot be read ({})", zip_strerror(archive));
  }

  template <class... Args>
  [[noreturn]] void refuse(fmt::format_string<Args...> text, Args&&... args) const {
    fail_data("{}: {}", who_, fmt::format(text, std::forward<Args>(args)...));
  }

  /// The next `count` bytes. Memory is taken as they come, not as a damaged header promises.
  std::string take(std::size_t count) {
    constexpr std::size_t kPiece = std::size_t{1} << 20;
    std::string bytes;
    while (bytes.size() < count) {
      const std::size_t before = bytes.size(), wanted = std::min(kPiece, count - before);
      bytes.resize(before + wanted);
      if (read(bytes.data() + before, wanted) != wanted) refuse("it ends early");
    }
    return bytes;
  }
  void expect_end() {
    char more = 0;
    if (read(&more, 1) != 0) refuse("it goes on after its array");
  }

 private:
  std::size_t read(char* to, std::size_t count) {
    const zip_int64_t got = zip_fread(file_.get(), to, count);
    if (got < 0) refuse("damaged ({})", zip_error_strerror(zip_file_get_error(file_.get())));
    return static_cast<std::size_t>(got);
  }

  std::string who_;
  std::unique_ptr<zip_file_t, CloseMember> file_;
};

struct Header {
  std::string type;  ///< "<f4", "<f8"
  bool columns_first = false;
  std::vector<std::size_t> shape;
};

/// What follows 'key': in the header, a dictionary in the syntax of Python.
std::string_view value_of(const Member& member, std::string_view header, std::string_view key) {
  const std::size_t found = header.find(fmt::format("'{}':", key));
  if (found == std::string_view::npos) member.refuse("its header lacks {}", key);
  std::string_view value = header.substr(found + key.size() + 3);
  value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
  return value;
}

std::vector<std::size_t> read_shape(const Member& member, std::string_view text) {
  const std::size_t end = text.find(')');
  if (!text.starts_with('(') || end == std::string_view::npos) member.refuse("its header has no shape");
  std::vector<std::size_t> shape;
  const char* const last = text.data() + end;
  for (const char* at = text.data() + 1; at < last;) {
    if (*at == ' ' || *at == ',') {
      ++at;
      continue;
    }
    std::size_t size = 0;
    const auto [next, error] = std::from_chars(at, last, size);
    if (error != std::errc() || size > kMostNumbers) member.refuse("its header has no shape");
    shape.push_back(size);
    at = next;
  }
  return shape;
}

Header read_header(Member& member) {
  const std::string start = member.take(8);
  if (!start.starts_with("\x93NUMPY")) member.refuse("it is no array of numpy");
  const int version = start[6];
  if (version < 1 || version > 3) member.refuse("its format is version {} (allowed: 1 to 3)", version);
  std::uint32_t length = 0;
  const std::string size = member.take(version == 1 ? 2 : 4);
  std::memcpy(&length, size.data(), size.size());
  constexpr std::uint32_t kLongest = 1 << 16;
  if (length > kLongest) member.refuse("its header has {} bytes", length);
  const std::string text = member.take(length);
  const std::string_view type = value_of(member, text, "descr"), order = value_of(member, text, "fortran_order");
  Header header;
  if (type.starts_with('\'')) header.type = type.substr(1, type.find('\'', 1) - 1);
  if (!order.starts_with("True") && !order.starts_with("False")) member.refuse("its header has no fortran_order");
  header.columns_first = order.starts_with("True");
  header.shape = read_shape(member, value_of(member, text, "shape"));
  return header;
}

template <class T>
std::vector<float> read_values(Member& member, std::size_t count) {
  const std::string bytes = member.take(count * sizeof(T));
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i) {
    T value;
    std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
    values[i] = static_cast<float>(value);
  }
  return values;
}

/// From the order in which the first index runs fastest to that in which the last one does.
std::vector<float> rows_first(const std::vector<std::size_t>& shape, const std::vector<float>& values) {
  std::vector<float> ordered(values.size());
  std::vector<std::size_t> index(shape.size(), 0);
  for (const float value : values) {
    std::size_t place = 0;
    for (std::size_t d = 0; d < shape.size(); ++d) place = place * shape[d] + index[d];
    ordered[place] = value;
    for (std::size_t d = 0; d < shape.size() && ++index[d] == shape[d]; ++d) index[d] = 0;
  }
  return ordered;
}

NamedArray read_array(Member& member, std::string name) {
  const Header header = read_header(member);
  std::size_t count = 1;
  for (const std::size_t size : header.shape) {
    count *= size;
    if (count > kMostNumbers) member.refuse("more than {} numbers", kMostNumbers);
  }
  NamedArray array{std::move(name), header.shape, {}};
  if (header.type == "<f4")
    array.values = read_values<float>(member, count);
  else if (header.type == "<f8")
    array.values = read_values<double>(member, count);
  else
    member.refuse("its type is '{}' (allowed: '<f4', '<f8')", printable(header.type));
  member.expect_end();  // where the checksum is looked at
  if (header.columns_first) array.values = rows_first(header.shape, array.values);
  return array;
}

}  // namespace

std::vector<NamedArray> read_npz(const std::string& file, std::span<const std::byte> bytes) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  const std::unique_ptr<zip_t, CloseArchive> archive(
      source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error));
  if (archive == nullptr) {
    const std::string reason = zip_error_strerror(&error);
    if (source != nullptr) zip_source_free(source);
    zip_error_fini(&error);
    fail_data("{}: a damaged archive ({})", file, reason);
  }
  std::vector<NamedArray> arrays;
  const zip_int64_t count = zip_get_num_entries(archive.get(), 0);
  for (zip_uint64_t i = 0; i < static_cast<zip_uint64_t>(count); ++i) {
    const char* entry = zip_get_name(archive.get(), i, 0);
    const std::string name = entry != nullptr ? printable(entry) : "";
    const std::string who = fmt::format("{}: array '{}'", file, name);
    if (!name.ends_with(kSuffix)) fail_data("{}: it holds '{}', which is no array (.npy)", file, name);
    const std::string called = name.substr(0, name.size() - kSuffix.size());
    if (std::ranges::find(arrays, called, &NamedArray::name) != arrays.end()) fail_data("{}: it is there twice", who);
    Member member(fmt::format("{}: array '{}'", file, called), archive.get(), i);
    arrays.push_back(read_array(member, called));
  }
  return arrays;
}

}  // namespace ohmcarlo
