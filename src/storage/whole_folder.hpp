#pragma once
// Folders of many files that are either whole or not there: filled beside their place, flushed to disk, renamed.

#include <filesystem>
#include <string>
#include <string_view>

namespace ohmcarlo {

/// A folder in the making. It is filled under `path()`, a hidden neighbour of its place, which is locked against other
/// makers of the same folder; what a killed maker left there is cleared away. Unless published it vanishes.
class WholeFolder {
 public:
  /// `mark` is the name of a file that every folder of this kind holds. Throws UnusableResults if `place` exists,
  /// unless `overwrite` is set and it is an empty folder or holds the mark; if somebody else is making it; or if
  /// nothing can be written there.
  WholeFolder(const std::filesystem::path& place, std::string_view mark, bool overwrite);
  ~WholeFolder();
  WholeFolder(const WholeFolder&) = delete;
  WholeFolder& operator=(const WholeFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return temporary_; }

  /// Writes a file below the folder, with the folders on its way; `name` is relative. May be called by several threads.
  /// Throws UnusableResults if it cannot be written, a full disk included.
  void write(const std::filesystem::path& name, std::string_view bytes) const;

  /// Puts the folder in its place, in one step, instead of what was there. Throws UnusableResults.
  void publish();

 private:
  std::filesystem::path place_, temporary_;
  int lock_ = -1;
  bool published_ = false;
};

}  // namespace ohmcarlo
