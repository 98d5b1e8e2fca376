#include "data/npz_archive.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <string_view>

#include <zip.h>

#include "base/error.hpp"
#include "base/printable.hpp"
#include "data/integer_array.hpp"

namespace ohmcarlo {
namespace {

static_assert(std::endian::native == std::endian::little, "the lowest byte comes first");

constexpr std::string_view kNpy = ".npy";

/// Takes the reason out of `error`, and refuses the file for it.
[[noreturn]] void refuse_archive(const std::string& file, zip_error_t& error) {
  const std::string reason = zip_error_strerror(&error);
  zip_error_fini(&error);
  fail_data("{}: cannot be read as an .npz archive ({})", file, reason);
}

/// What follows 'key': in the header, a dictionary in the syntax of Python.
std::string_view value_of(const std::string& where, std::string_view header, std::string_view key) {
  const std::size_t found = header.find(fmt::format("'{}':", key));
  if (found == std::string_view::npos) fail_data("{}: its header lacks {}", where, key);
  std::string_view value = header.substr(found + key.size() + 3);
  value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
  return value;
}

std::vector<std::size_t> parse_sizes(const std::string& where, std::string_view text) {
  const std::size_t end = text.find(')');
  if (!text.starts_with('(') || end == std::string_view::npos) fail_data("{}: its header has no shape", where);
  std::vector<std::size_t> sizes;
  const char* const last = text.data() + end;
  for (const char* at = text.data() + 1; at < last;) {
    if (*at == ' ' || *at == ',') {
      ++at;
      continue;
    }
    std::size_t size = 0;
    const auto [next, error] = std::from_chars(at, last, size);
    if (error != std::errc()) fail_data("{}: its header has no shape", where);
    sizes.push_back(size);
    at = next;
  }
  return sizes;
}

/// From the order in which the first index runs fastest to that in which the last one does.
std::vector<std::uint8_t> rows_first(const std::vector<std::size_t>& sizes, std::size_t bytes_a_number,
                                     const std::vector<std::uint8_t>& bytes) {
  std::vector<std::uint8_t> ordered(bytes.size());
  std::vector<std::size_t> index(sizes.size(), 0);
  for (std::size_t from = 0; from < bytes.size(); from += bytes_a_number) {
    std::size_t place = 0;
    for (std::size_t d = 0; d < sizes.size(); ++d) place = place * sizes[d] + index[d];
    std::copy_n(&bytes[from], bytes_a_number, &ordered[place * bytes_a_number]);
    for (std::size_t d = 0; d < sizes.size() && ++index[d] == sizes[d]; ++d) index[d] = 0;
  }
  return ordered;
}

}  // namespace

void NpzArchive::Discard::operator()(zip* archive) const {
  zip_discard(archive);
}

NpzArchive::NpzArchive(const std::filesystem::path& file) {
  int code = 0;
  archive_.reset(zip_open(file.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &code));
  if (archive_ != nullptr) return;
  zip_error_t error;
  zip_error_init_with_code(&error, code);
  refuse_archive(file.string(), error);
}

NpzArchive::NpzArchive(const std::string& file, std::span<const std::byte> bytes) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  if (source != nullptr) archive_.reset(zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error));
  if (archive_ != nullptr) return;
  if (source != nullptr) zip_source_free(source);
  refuse_archive(file, error);
}

std::vector<std::string> NpzArchive::names() const {
  std::vector<std::string> names;
  const zip_int64_t count = zip_get_num_entries(archive_.get(), 0);
  for (zip_uint64_t i = 0; i < static_cast<zip_uint64_t>(count); ++i) {
    const char* name = zip_get_name(archive_.get(), i, 0);
    names.push_back(name != nullptr ? printable(name) : "");
  }
  return names;
}

std::string npz_array_name(const std::string& member) {
  return member.ends_with(kNpy) ? member.substr(0, member.size() - kNpy.size()) : member;
}

void NpzMember::Close::operator()(zip_file* file) const {
  (void)zip_fclose(file);
}

NpzMember::NpzMember(const NpzArchive& archive, std::size_t number, std::string where)
    : where_(std::move(where)), file_(zip_fopen_index(archive.archive_.get(), number, 0)) {
  if (file_ == nullptr) fail_data("{}: cannot be read ({})", where_, zip_strerror(archive.archive_.get()));
  read_header();
}

void NpzMember::read_header() {
  const std::vector<std::uint8_t> start = take(8);
  if (std::memcmp(start.data(), "\x93NUMPY", 6) != 0) fail_data("{}: it is no array of numpy", where_);
  const int version = start[6];
  if (version < 1 || version > 3) fail_data("{}: its format is version {} (allowed: 1 to 3)", where_, version);
  std::uint32_t length = 0;
  const std::vector<std::uint8_t> size = take(version == 1 ? 2 : 4);
  std::memcpy(&length, size.data(), size.size());
  constexpr std::uint32_t kLongest = 1 << 16;
  if (length > kLongest) fail_data("{}: its header has {} bytes", where_, length);
  const std::vector<std::uint8_t> bytes = take(length);
  const std::string text(bytes.begin(), bytes.end());
  const std::string_view type = value_of(where_, text, "descr"), order = value_of(where_, text, "fortran_order");
  if (type.starts_with('\'')) header_.type = type.substr(1, type.find('\'', 1) - 1);
  if (!order.starts_with("True") && !order.starts_with("False"))
    fail_data("{}: its header has no fortran_order", where_);
  header_.columns_first = order.starts_with("True");
  header_.sizes = parse_sizes(where_, value_of(where_, text, "shape"));
}

std::vector<std::uint8_t> NpzMember::take_numbers(std::uint64_t numbers, std::size_t bytes_a_number) {
  std::vector<std::uint8_t> bytes = take(numbers * bytes_a_number);
  char more = 0;
  if (read(&more, 1) != 0) fail_data("{}: it goes on after its array", where_);  // where the checksum is looked at
  if (header_.is_big_endian()) reverse_bytes(bytes_a_number, bytes);
  return header_.columns_first ? rows_first(header_.sizes, bytes_a_number, bytes) : bytes;
}

std::vector<std::uint8_t> NpzMember::take(std::uint64_t count) {
  constexpr std::uint64_t kPiece = std::uint64_t{1} << 20;
  std::vector<std::uint8_t> bytes;
  while (bytes.size() < count) {
    const std::size_t before = bytes.size(),
                      wanted = std::min<std::uint64_t>(std::max<std::uint64_t>(before, kPiece), count - before);
    bytes.resize(before + wanted);
    if (read(bytes.data() + before, wanted) != wanted) fail_data("{}: it ends early", where_);
  }
  return bytes;
}

std::size_t NpzMember::read(void* to, std::size_t count) {
  const zip_int64_t got = zip_fread(file_.get(), to, count);
  if (got < 0) fail_data("{}: damaged ({})", where_, zip_error_strerror(zip_file_get_error(file_.get())));
  return static_cast<std::size_t>(got);
}

}  // namespace ohmcarlo
