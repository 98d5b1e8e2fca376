#pragma once
// The [data] table of one point.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "config/files.hpp"
#include "config/reader.hpp"
#include "data/image_files.hpp"
#include "data/samples.hpp"
#include "data/speech_set.hpp"

namespace ohmcarlo {

struct DataOptions {
  std::string set;
  std::string directory;           ///< empty: look in the usual places
  std::int64_t validation = 0;     ///< of speech also kCustomary
  InputScaling scaling;            ///< of images; that of speech comes from the training samples
  std::set<FileContent> contents;  ///< what words stand for that once stood for something else
  std::optional<SpeechOptions> speech;
  ImageFiles files;               ///< of a set of images of one's own
  SampleShape image_shape;        ///< of images: as published, or found in one's own training set
  std::size_t image_classes = 0;  ///< the same
  std::string name;               ///< the set with all that decides on its samples: what is loaded once

  static constexpr std::int64_t kCustomary = -1;

  /// Shape of a sample; of sequences, of one frame.
  [[nodiscard]] SampleShape shape() const { return speech ? speech->shape() : image_shape; }
  /// Classes of the set: 2 or more.
  [[nodiscard]] std::size_t classes() const { return speech ? speech->classes() : image_classes; }
  [[nodiscard]] bool is_sequences() const { return speech && speech->frames == 0; }
  /// Whether every frame of a sequence has a label of its own.
  [[nodiscard]] bool frame_wise() const;
};

/// The keys of [data].
[[nodiscard]] std::vector<Key> data_keys();

/// Reads [data] of one point but for the directory. `places` reads where files lie, which is no part of an identity;
/// `recurrent`: whether the network takes sequences. Of a set of images of one's own it measures the training images.
/// Throws BadUsage; BadData for files of such a set that are not there or do not fit.
[[nodiscard]] DataOptions read_data(Reader& reader, Reader& places, FileCache& files, bool recurrent);

/// Reads data.directory, which all points share; empty if it is not given.
[[nodiscard]] std::string read_data_directory(Reader& reader);

}  // namespace ohmcarlo
