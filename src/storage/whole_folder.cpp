#include "storage/whole_folder.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.hpp"

namespace ohmcarlo {
namespace {

namespace fs = std::filesystem;

void check_place(const fs::path& place, std::string_view mark, bool overwrite) {
  std::error_code error;
  if (!fs::exists(fs::symlink_status(place, error))) return;
  if (!overwrite) fail_results("{}: exists (allowed: --overwrite to replace it, or another name)", place.string());
  if (fs::is_symlink(place, error) || !fs::is_directory(place, error) ||
      (!fs::is_empty(place, error) && !fs::exists(place / mark, error)))
    fail_results("{}: is no folder that was made here: it has no {}, and is not replaced", place.string(), mark);
}

/// Opens and locks the directory. -1 if another process has it.
int lock_directory(const fs::path& directory) {
  if (::mkdir(directory.c_str(), 0777) != 0 && errno != EEXIST)
    fail_results("{}: cannot be made ({})", directory.string(), std::strerror(errno));
  const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  if (descriptor < 0) return -1;
  struct stat opened {
  }, named{};
  const bool locked = ::flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;  // not all file systems lock
  // The one that had it may have renamed it meanwhile.
  if (locked && ::fstat(descriptor, &opened) == 0 && ::stat(directory.c_str(), &named) == 0 &&
      opened.st_ino == named.st_ino)
    return descriptor;
  ::close(descriptor);
  return -1;
}

}  // namespace

WholeFolder::WholeFolder(const fs::path& place, std::string_view mark, bool overwrite) {
  std::error_code error;
  place_ = fs::absolute(place, error).lexically_normal();
  if (!place_.has_filename()) place_ = place_.parent_path();  // "DIR/"
  check_place(place_, mark, overwrite);
  if (!fs::is_directory(place_.parent_path(), error))
    fail_results("{}: cannot be made here ({} is no folder)", place_.string(), place_.parent_path().string());
  temporary_ = place_.parent_path() / fmt::format(".{}.tmp", place_.filename().string());
  lock_ = lock_directory(temporary_);
  if (lock_ < 0) fail_results("{}: another process is making it", place_.string());
  for (const fs::directory_entry& left : fs::directory_iterator(temporary_, error)) fs::remove_all(left.path(), error);
}

WholeFolder::~WholeFolder() {
  std::error_code ignored;
  if (!published_) fs::remove_all(temporary_, ignored);
  ::close(lock_);
}

void WholeFolder::write(const fs::path& name, std::string_view bytes) const {
  const fs::path file = temporary_ / name;
  std::error_code error;
  fs::create_directories(file.parent_path(), error);
  errno = error ? error.value() : 0;
  std::FILE* stream = error ? nullptr : std::fopen(file.c_str(), "wb");
  bool good = stream != nullptr && std::fwrite(bytes.data(), 1, bytes.size(), stream) == bytes.size();
  if (stream != nullptr) good = std::fclose(stream) == 0 && good;
  if (!good)
    fail_results("{}: cannot write {} ({}); nothing is kept", place_.string(), name.string(), std::strerror(errno));
}

void WholeFolder::publish() {
  if (::syncfs(lock_) != 0)
    fail_results("{}: cannot be saved ({}); nothing is kept", place_.string(), std::strerror(errno));
  int result = ::renameat2(AT_FDCWD, temporary_.c_str(), AT_FDCWD, place_.c_str(), RENAME_NOREPLACE);
  const bool replaced = result != 0 && errno == EEXIST;
  if (replaced) result = ::renameat2(AT_FDCWD, temporary_.c_str(), AT_FDCWD, place_.c_str(), RENAME_EXCHANGE);
  if (result != 0)
    fail_results("{}: cannot be put in its place ({}); nothing is kept", place_.string(), std::strerror(errno));
  published_ = true;
  std::error_code ignored;
  if (replaced) std::filesystem::remove_all(temporary_, ignored);
}

}  // namespace ohmcarlo
