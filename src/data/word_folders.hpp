#pragma once
// Corpora of single words, a folder a word: wake words, Speech Commands, and whatever else lies like them.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "data/data_set.hpp"

namespace ohmcarlo {

/// A folder a class, sound files (.wav, .flac, .sph in any case) within it; other files, and folders whose names begin
/// with
/// '.' or '_', are left alone. The classes are sorted by name. With `words`, those folders are the classes, in the
/// order given, and all other folders together one more, "other"; words = all folders there are: no such class.
/// Speaker: what precedes "_nohash_" in a file's name (Google Speech Commands), else not known. Where the directory
/// holds two folders, train and test, each of them is such a tree, of the same classes (a corpus with its own split).
/// Wake words (kws) are such a tree at 16 kHz.
///
/// `rate`: samples a second, 0 for that of the first file (which is read for it). Throws BadData for: no
/// directory; fewer than two classes; a folder without recordings; a word without a folder, given twice, or called
/// "other" beside a class made of the rest; train and test of different classes.
[[nodiscard]] Recordings find_folders(const std::filesystem::path& directory, std::uint32_t rate,
                                      const std::vector<std::string>& words = {});

/// What is in the folders train and test of a corpus with its own split.
[[nodiscard]] CorpusParts own_parts(const Recordings& recordings);

/// Six wake words at 16 kHz, or those that are named.
[[nodiscard]] DataSet wake_words_set();
/// Words that the experiment names, at the rate of the first file.
[[nodiscard]] DataSet folder_set();

}  // namespace ohmcarlo
