#include "storage/whole_file.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>

#include <fcntl.h>
#include <unistd.h>

#include "base/error.hpp"

namespace ohmcarlo {
namespace {

void sync_directory(const std::filesystem::path& directory) {
  const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);  // some file systems cannot sync directories; the rename itself has succeeded
  ::close(descriptor);
}

bool write_all(int descriptor, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

std::filesystem::path behind_links(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_symlink(path, error)) return path;
  const std::filesystem::path file = std::filesystem::canonical(path, error);
  return error ? path : file;
}

void write_whole(const std::filesystem::path& path, std::span<const std::byte> bytes) {
  const std::filesystem::path file = behind_links(path);  // a rename would replace the link
  std::filesystem::path directory = file.parent_path();
  if (directory.empty()) directory = ".";
  // One name per process: writers that may meet (the model store) do not share a temporary.
  char host[64] = "host";
  ::gethostname(host, sizeof host - 1);
  const std::filesystem::path temporary =
      directory / fmt::format(".{}.{}.{}.tmp", file.filename().string(), host, ::getpid());
  const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) fail_results("{}: cannot write here ({})", path.string(), std::strerror(errno));
  int reason = 0;
  if (!write_all(descriptor, bytes) || ::fsync(descriptor) != 0) reason = errno;
  if (::close(descriptor) != 0 && reason == 0) reason = errno;
  if (reason == 0 && ::rename(temporary.c_str(), file.c_str()) != 0) reason = errno;
  if (reason != 0) {
    ::unlink(temporary.c_str());
    fail_results("{}: cannot save {} bytes ({}); the previous file, if any, is untouched", path.string(), bytes.size(),
                 std::strerror(reason));
  }
  sync_directory(directory);
}

std::vector<std::byte> read_whole(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error))  // a pipe would be waited for
    fail_results("{}: cannot be read ({})", path.string(), error ? error.message() : "not a regular file");
  std::ifstream stream(path, std::ios::binary | std::ios::ate);
  if (!stream) fail_results("{}: cannot be read", path.string());
  std::vector<std::byte> bytes(static_cast<std::size_t>(stream.tellg()));
  stream.seekg(0);
  stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!stream) fail_results("{}: cannot be read", path.string());
  return bytes;
}

}  // namespace ohmcarlo
