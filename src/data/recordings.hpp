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
  bool by_speaker = true;  ///< whether training and test share no speaker, as far as speakers are known
  std::string split_by{};  ///< what kept training and test apart, for people
};

/// The extension of a file's name in small letters, with its dot.
[[nodiscard]] std::string lower_extension(const std::string& name);

/// Whether a file or folder of this name is hidden, such as ".DS_Store" and the "._X" that a mac leaves beside X.
[[nodiscard]] bool is_hidden(const std::string& name);
/// Names of the files (or of the folders) in a directory that are not hidden, sorted. Throws BadData if it cannot be
/// read.
[[nodiscard]] std::vector<std::string> names_in(const std::filesystem::path& directory, bool folders);

/// Test recordings held out by speaker where speakers are known, else by the hash of the name, the same ones for ever
/// (hold_out with key 0). `share` of the recordings, above 0 and below 1. Throws BadUsage if nothing is left on
/// one side.
[[nodiscard]] CorpusParts held_out_parts(const Recordings& recordings, double share);

}  // namespace ohmcarlo
