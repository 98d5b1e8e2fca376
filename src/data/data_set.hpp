#pragma once
// What a data set says of itself: its name, its files, and how they become samples. One function for each set returns
// it (mnist.hpp, cifar.hpp, timit.hpp, ...); dataset.cpp lists these functions.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "data/image_files.hpp"
#include "data/recordings.hpp"
#include "data/samples.hpp"
#include "data/speech_options.hpp"

namespace ohmcarlo {

/// How the files of a set of one's own are named.
struct OwnFiles {
  bool arrays = false;  ///< arrays of images and of labels; otherwise folders of images
  ImageFiles usual{};   ///< the names without others; empty ones have to be given
};

/// A set of images.
struct ImageSource {
  SampleShape shape{};             ///< of an image of a published set; one's own says it itself
  std::size_t classes = 0;         ///< of a published set: what files of another number are refused for
  InputScaling scaling{};          ///< that the literature uses with the set; without numbers: it has none
  bool scaling_was_other = false;  ///< whether "published" stood for other numbers in version 0.1
  /// Reads a part. Published sets have files of fixed names.
  SampleSet (*load)(const ImageFiles& files, const std::filesystem::path& directory, SetPart part) = nullptr;
  /// The sizes of a part, from headers and names as far as these tell them, refusing what load would; nullptr: as long
  /// as reading it.
  ImageSizes (*measure)(const ImageFiles& files, const std::filesystem::path& directory, SetPart part) = nullptr;
  std::optional<OwnFiles> own{};  ///< of a set of one's own; none of a published one
};

/// Which recordings of a corpus are for testing.
enum class TestPart : std::uint8_t {
  own,       ///< those of the corpus's own split
  either,    ///< those of its own split, or a share that is held out
  held_out,  ///< a share that is held out (a corpus in two folders, train and test, keeps its split)
};

/// A corpus of speech, of which samples are made by SpeechOptions.
struct SpeechSource {
  Recordings (*find)(const SpeechOptions& options, const std::filesystem::path& directory) = nullptr;
  CorpusParts (*parts)(const SpeechOptions& options, const Recordings& recordings) = nullptr;
  std::size_t classes = 0;  ///< of words; 0: as many as SpeechOptions::words, or as phones
  TestPart test = TestPart::own;
  bool classes_are_folders = false;  ///< whether SpeechOptions::words names the classes
  std::vector<std::string> words{};  ///< the usual ones, where classes_are_folders; empty: they have to be given
  bool labels_frames = false;        ///< whether frames have phones, not recordings words
};

struct DataSet {
  std::string name;  ///< data.set of an experiment, and the name of the folder in $OHMCARLO_DATA
  std::variant<ImageSource, SpeechSource> source;
  std::vector<std::string>
      files{};            ///< plain or with .gz: one of them shows that the set is there; none: any directory
  std::string package{};  ///< Debian's, which puts the files into /usr/share/datasets/<name>; or empty
};

}  // namespace ohmcarlo
