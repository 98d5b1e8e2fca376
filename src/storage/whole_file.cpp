#include "storage/whole_file.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <optional>
#include <random>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
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

std::string host_name() {
  char host[64] = "host";
  ::gethostname(host, sizeof host - 1);
  return host;
}

struct Temporary {
  std::filesystem::path path;
  /// -1: errno says why; else locked, where the file system can. The lock is a shared one: it outlives the rename for a
  /// moment, when readers may have the file already, and the HDF5 library refuses one that is locked for itself.
  int descriptor = -1;
};

/// Makes the file `.NAME.HOST.PROCESS.RANDOM.tmp`. Those who clear up may take it for abandoned before it is locked;
/// then it is made again.
Temporary make_temporary(const std::filesystem::path& directory, const std::string& name) {
  for (;;) {
    Temporary made;
    made.path = directory / fmt::format(".{}.{}.{}.{:08x}.tmp", name, host_name(), ::getpid(), std::random_device()());
    made.descriptor = ::open(made.path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (made.descriptor < 0) {
      if (errno == EEXIST) continue;
      return made;
    }
    while (::flock(made.descriptor, LOCK_SH) != 0 && errno == EINTR) continue;
    struct stat held {};
    if (::fstat(made.descriptor, &held) != 0 || held.st_nlink > 0) return made;
    ::close(made.descriptor);
  }
}

/// A second name of a file that is about to be replaced; where the file system has no hard links, there is none.
class OldFile {
 public:
  OldFile(std::filesystem::path file, const std::filesystem::path& temporary)
      : file_(std::move(file)), link_(temporary.string().substr(0, temporary.string().size() - 4) + "-previous.tmp") {
    is_linked_ = ::link(file_.c_str(), link_.c_str()) == 0;
  }
  OldFile(const OldFile&) = delete;
  OldFile& operator=(const OldFile&) = delete;
  ~OldFile() {  // a link to the very file that is the previous one already was not renamed
    if (is_linked_) ::unlink(link_.c_str());
  }

  void keep_as_previous() const {
    if (is_linked_) (void)std::rename(link_.c_str(), (file_.string() + ".previous").c_str());
  }

 private:
  std::filesystem::path file_;
  std::string link_;
  bool is_linked_ = false;
};

/// Whether this name of a temporary is of a process that is gone, on this host.
bool is_of_gone_process(const std::string& name) {
  const std::string of_host = fmt::format(".{}.", host_name());
  const std::size_t place = name.rfind(of_host);
  if (place == std::string::npos) return false;
  const int process = std::atoi(name.c_str() + place + of_host.size());
  return process > 0 && ::kill(process, 0) != 0 && errno == ESRCH;
}

/// Removes a temporary that nobody writes to any more.
void remove_if_abandoned(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (descriptor < 0) return;
  const bool locked = ::flock(descriptor, LOCK_EX | LOCK_NB) == 0;
  const bool in_use = !locked && (errno == EWOULDBLOCK || errno == EINTR);
  if (locked || (!in_use && is_of_gone_process(path.filename().string()))) ::unlink(path.c_str());
  ::close(descriptor);
}

}  // namespace

std::filesystem::path behind_links(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_symlink(path, error)) return path;
  const std::filesystem::path file = std::filesystem::canonical(path, error);
  return error ? path : file;
}

std::filesystem::path previous_of(const std::filesystem::path& path) {
  return behind_links(path).string() + ".previous";
}

void write_whole(const std::filesystem::path& path, std::span<const std::byte> bytes, const Replacement& how) {
  const std::filesystem::path file = behind_links(path);  // a rename would replace the link
  std::filesystem::path directory = file.parent_path();
  if (directory.empty()) directory = ".";
  Temporary temporary = make_temporary(directory, file.filename().string());
  if (temporary.descriptor < 0) fail_results("{}: cannot write here ({})", path.string(), std::strerror(errno));
  int reason = 0;
  struct stat old {};
  if (::stat(file.c_str(), &old) == 0 && ::fchmod(temporary.descriptor, old.st_mode & 07777) != 0) reason = errno;
  if (reason == 0 && (!write_all(temporary.descriptor, bytes) || ::fsync(temporary.descriptor) != 0)) reason = errno;
  std::optional<OldFile> old_file;
  if (reason == 0 && how.keep_previous) old_file.emplace(file, temporary.path);
  try {
    if (reason == 0 && how.last_look)
      how.last_look(bytes);  // nothing that takes time comes between this and the rename
  } catch (...) {
    ::unlink(temporary.path.c_str());
    ::close(temporary.descriptor);
    throw;
  }
  if (reason == 0 && ::rename(temporary.path.c_str(), file.c_str()) != 0) reason = errno;
  if (reason == 0 && old_file) old_file->keep_as_previous();
  if (reason != 0) ::unlink(temporary.path.c_str());
  ::close(temporary.descriptor);
  if (reason != 0)
    fail_results("{}: cannot save {} bytes ({}); the previous file, if any, is untouched", path.string(), bytes.size(),
                 std::strerror(reason));
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

void remove_abandoned_temporaries(const std::filesystem::path& directory, const std::string& beginning) {
  std::error_code error;
  std::filesystem::directory_iterator entries(directory.empty() ? "." : directory, error);
  for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error)) {
    const std::string name = entries->path().filename().string();
    std::error_code ignored;
    if (name.starts_with("." + beginning) && name.ends_with(".tmp") && entries->is_regular_file(ignored))
      remove_if_abandoned(entries->path());
  }
}

}  // namespace ohmcarlo
