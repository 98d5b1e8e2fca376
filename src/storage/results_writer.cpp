#include "storage/results_writer.hpp"

#include <algorithm>
#include <fstream>
#include <span>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/error.hpp"
#include "storage/checksum.hpp"
#include "storage/results_file.hpp"
#include "storage/whole_file.hpp"

namespace ohmcarlo {
namespace {

/// By which a file is known again: its size and its last bytes, which hold a checksum of all.
std::string mark_of(std::streamoff size, std::string_view last) {
  return fmt::format("{} {}", size, last);
}

std::string mark_of(std::span<const std::byte> bytes) {
  const auto last = bytes.last(std::min<std::size_t>(bytes.size(), kChecksumSize));
  return mark_of(static_cast<std::streamoff>(bytes.size()), {reinterpret_cast<const char*>(last.data()), last.size()});
}

/// Empty if there is no such file.
std::string mark_of(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary | std::ios::ate);
  if (!stream) return "";
  const std::streamoff size = stream.tellg();
  const std::streamoff length = std::min<std::streamoff>(size, kChecksumSize);
  std::string last(static_cast<std::size_t>(length), '\0');
  stream.seekg(size - length);
  stream.read(last.data(), length);
  return mark_of(size, last);
}

bool is_whole(const std::filesystem::path& path) {
  try {
    return compare_checksum(read_whole(path)) == ChecksumState::right;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

ResultsWriter::ResultsWriter(std::filesystem::path results, const LockOptions& options)
    : path_(std::move(results)), lock_(path_, options), mark_(mark_of(path_)), is_whole_(is_whole(path_)) {
  if (!lock_.is_kernel_lock())
    warnings_.push_back(
        fmt::format("{}: its file system has no locks; a file with this job's token keeps others out", path_.string()));
  const std::filesystem::path file = behind_links(path_);
  remove_abandoned_temporaries(file.parent_path(), file.filename().string() + ".");
}

void ResultsWriter::save(const Results& results) {
  std::string mark;  // of the bytes, not of what lies there once they are: that may be somebody else's already
  const auto look = [&](std::span<const std::byte> bytes) {
    mark = mark_of(bytes);
    const std::scoped_lock guard(mutex_);
    lock_.confirm();
    const std::string found = mark_of(path_);
    if (!found.empty() && found != mark_)
      fail_results(
          "{}: was changed by somebody else while this job ran; it is left as it is (allowed: --resume to go on "
          "from there)",
          path_.string());
  };
  save_results(path_, results, {.keep_previous = is_whole_, .last_look = look});
  mark_ = std::move(mark);
  is_whole_ = true;
  const std::scoped_lock guard(mutex_);
  lock_.beat();
}

void ResultsWriter::beat(double now) {
  if (now - last_beat_ < kBeatSeconds) return;
  last_beat_ = now;
  const std::scoped_lock guard(mutex_);
  lock_.beat();
}

}  // namespace ohmcarlo
