#pragma once
// Corpora of recordings: which files there are, what is said in them and by whom.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/label.hpp"

namespace ohmcarlo {

/// Where an example comes from: what splits go by.
struct Origin {
  std::string name;     ///< path within the corpus, '/' between folders
  std::string speaker;  ///< empty: not known
};

struct Recording {
  std::filesystem::path audio;
  std::filesystem::path phones;  ///< .PHN of a phone-aligned corpus, else empty
  Origin origin;
  Label label = kUnlabelled;  ///< 0..classes-1; kUnlabelled in a phone-aligned corpus
};

/// Recordings in the order of their names, which is their order in every set made from them: a recording's index is its
/// number in the data set, part of the address of every random draw made for it.
struct Recordings {
  std::vector<Recording> items;
  std::vector<std::string> class_names;  ///< empty in a phone-aligned corpus: the phone set is chosen later
  std::uint32_t rate = 0;                ///< samples a second that every file must have
  bool own_split = false;                ///< names begin with train/ or test/
};

/// Which recordings are for what; indices into Recordings::items, ascending, disjoint.
struct CorpusParts {
  std::vector<std::uint32_t> training;
  std::vector<std::uint32_t> validation;  ///< empty where the corpus has no customary one
  std::vector<std::uint32_t> test;
  std::string split_by;  ///< what kept training and test apart, for people
};

/// The Free Spoken Digit Dataset: DIGIT_SPEAKER_INDEX.wav in one folder, 8 kHz, 10 classes, "0" to "9".
/// Throws Error (exit 3) if the folder holds no such file, or a .wav file of another form of name.
[[nodiscard]] Recordings find_fsdd(const std::filesystem::path& directory);

/// Its official split: index 0..4 of every digit and speaker is test, the rest training. Every speaker is in both.
[[nodiscard]] CorpusParts fsdd_official_parts(const Recordings& recordings);

/// A folder a class, sound files (.wav, .flac, .sph in any case) within it; other files, and folders whose names begin
/// with
/// '.' or '_', are left alone. The classes are sorted by name. With `words`, those folders are the classes, in the
/// order given, and all other folders together one more, "other"; words = all folders there are: no such class.
/// Speaker: what precedes "_nohash_" in a file's name (Google Speech Commands), else not known. Where the directory
/// holds two folders, train and test, each of them is such a tree, of the same classes (a corpus with its own split).
/// Wake words (kws) are such a tree at 16 kHz.
///
/// `rate`: samples a second, 0 for that of the first file (which is read for it). Throws Error (exit 3) for: no
/// directory; fewer than two classes; a folder without recordings; a word without a folder, given twice, or called
/// "other" beside a class made of the rest; train and test of different classes.
[[nodiscard]] Recordings find_folders(const std::filesystem::path& directory, std::uint32_t rate,
                                      const std::vector<std::string>& words = {});

/// What is in the folders train and test of a corpus with its own split.
[[nodiscard]] CorpusParts own_parts(const Recordings& recordings);

/// Test recordings held out by speaker where speakers are known, else by the hash of the name, the same ones for ever
/// (hold_out with key 0). `share` of the recordings, above 0 and below 1. Throws Error (exit 2) if nothing is left on
/// one side.
[[nodiscard]] CorpusParts held_out_parts(const Recordings& recordings, double share);

}  // namespace ohmcarlo
