#include "data/byte_source.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <system_error>

#include <zlib.h>

#include "base/error.hpp"

namespace ohmcarlo {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{1} << 16;
constexpr int kGzipOnly = 15 + 16;  // window of 32 KiB; header and trailer of gzip, checked by zlib
constexpr std::uint64_t kLargestRatio = 1032;

}  // namespace

std::filesystem::path find_plain_or_gzip(const std::filesystem::path& directory, const std::string& name) {
  for (const std::string& candidate : {name, name + ".gz"}) {
    std::error_code ignored;
    if (std::filesystem::exists(directory / candidate, ignored)) return directory / candidate;
  }
  fail_data("{}: no such file, nor {}.gz", (directory / name).string(), name);
}

struct ByteSource::State {
  std::filesystem::path path;
  std::ifstream file;
  std::uint64_t file_bytes = 0;
  std::array<std::uint8_t, kBufferBytes> buffer;
  std::size_t begin = 0, end = 0;  // the unread part of the buffer
  std::uint64_t buffer_at = 0;     // place of buffer[0] in the file
  std::uint64_t offset = 0;
  bool compressed = false;
  bool finished = false;  // the last gzip member has ended
  z_stream stream{};

  ~State() {
    if (compressed) inflateEnd(&stream);
  }

  void refill() {
    buffer_at += end;
    file.read(reinterpret_cast<char*>(buffer.data()), static_cast<std::streamsize>(buffer.size()));
    if (file.bad()) fail_data("{}: cannot be read at byte {}", path.string(), buffer_at);
    begin = 0;
    end = static_cast<std::size_t>(file.gcount());
  }

  std::size_t read_plain(std::span<std::uint8_t> bytes) {
    std::size_t got = 0;
    while (got < bytes.size()) {
      if (begin == end) refill();
      if (begin == end) break;
      const std::size_t step = std::min(end - begin, bytes.size() - got);
      std::copy_n(buffer.begin() + static_cast<std::ptrdiff_t>(begin), step,
                  bytes.begin() + static_cast<std::ptrdiff_t>(got));
      begin += step;
      got += step;
    }
    return got;
  }

  // gzip files may be several members one after the other; anything else after a member is an error.
  void start_next_member() {
    if (begin == end) refill();
    if (begin == end) {
      finished = true;
    } else if (inflateReset(&stream) != Z_OK) {
      fail_data("{}: cannot start decompression", path.string());
    }
  }

  std::size_t read_compressed(std::span<std::uint8_t> bytes) {
    std::size_t got = 0;
    while (got < bytes.size() && !finished) {
      if (begin == end) refill();
      const std::size_t room = std::min<std::size_t>(bytes.size() - got, std::size_t{1} << 30);
      stream.next_in = buffer.data() + begin;
      stream.avail_in = static_cast<uInt>(end - begin);
      stream.next_out = bytes.data() + got;
      stream.avail_out = static_cast<uInt>(room);
      const int status = inflate(&stream, Z_NO_FLUSH);
      begin = end - stream.avail_in;
      got += room - stream.avail_out;
      if (status == Z_STREAM_END) {
        start_next_member();
      } else if (status == Z_BUF_ERROR && begin == end && file.eof()) {
        fail_data("{}: the gzip data is cut short: the file ends at byte {} inside the compressed data", path.string(),
                  buffer_at + end);
      } else if (status != Z_OK && status != Z_BUF_ERROR) {
        fail_data("{}: the gzip data is damaged near byte {} ({})", path.string(), buffer_at + begin,
                  stream.msg != nullptr ? stream.msg : "not deflate data");
      }
    }
    return got;
  }
};

ByteSource::ByteSource(const std::filesystem::path& path) : state_(std::make_unique<State>()) {
  State& state = *state_;
  state.path = path;
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) fail_data("{}: no such file", path.string());
  if (std::filesystem::is_directory(status)) fail_data("{}: is a directory, not a file", path.string());
  if (error) fail_data("{}: cannot be read ({})", path.string(), error.message());
  if (!std::filesystem::is_regular_file(status)) fail_data("{}: is not a regular file", path.string());
  state.file_bytes = std::filesystem::file_size(path, error);
  errno = 0;
  state.file.open(path, std::ios::binary);
  if (error || !state.file) {
    const std::error_code reason = error ? error : std::error_code(errno, std::generic_category());
    fail_data("{}: cannot be opened ({})", path.string(), reason.message());
  }
  state.refill();
  if (state.end == 0) fail_data("{}: the file is empty", path.string());
  if (state.end >= 2 && state.buffer[0] == 0x1f && state.buffer[1] == 0x8b) {
    if (inflateInit2(&state.stream, kGzipOnly) != Z_OK) fail_data("{}: cannot start decompression", path.string());
    state.compressed = true;
  }
}

ByteSource::~ByteSource() = default;

std::size_t ByteSource::read(std::span<std::uint8_t> bytes) {
  const std::size_t got = state_->compressed ? state_->read_compressed(bytes) : state_->read_plain(bytes);
  state_->offset += got;
  return got;
}

const std::filesystem::path& ByteSource::path() const {
  return state_->path;
}
bool ByteSource::compressed() const {
  return state_->compressed;
}
std::uint64_t ByteSource::offset() const {
  return state_->offset;
}

std::uint64_t ByteSource::most_bytes() const {
  return state_->compressed ? state_->file_bytes * kLargestRatio : state_->file_bytes;
}

}  // namespace ohmcarlo
