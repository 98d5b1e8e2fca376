#pragma once
// Sets of images of one's own: which files hold what, and how large the sets in them are.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "data/sample_shape.hpp"

namespace ohmcarlo {

/// The most classes that a set of images may have.
inline constexpr std::size_t kMostImageClasses = 65535;

enum class SetPart : std::uint8_t { training, test };

/// Where the images and labels of a set lie, and how.
struct ImageFiles {
  /// The names of a part's files, in the directory of the set: of arrays FILE, or FILE:ARRAY in an archive of several;
  /// of folders of images the folder that holds a folder for each class, and no file of labels.
  struct Names {
    std::string images{}, labels{};
  };
  Names training{}, test{};
  std::string axes{};  ///< what follows the count of an array of images: "hw", "wh", "hwc", "chw" ...; empty: "hw"
  std::int64_t first_label = 0;               ///< the label of class 0
  std::optional<std::size_t> label_column{};  ///< which one is the class, if an image has a row of labels

  [[nodiscard]] const Names& names(SetPart part) const { return part == SetPart::training ? training : test; }
};

/// What is known of a part of a set before it is read.
struct ImageSizes {
  std::size_t count = 0;
  SampleShape shape;
  std::size_t classes = 0;
};

/// Throws BadData if training and test images differ in shape or in the number of classes.
void check_same_sizes(const ImageSizes& training, const ImageSizes& test);

/// Throws BadUsage, naming data.validation, unless fewer than `count` training images are held out.
void check_validation(std::size_t count, std::size_t held_out);

}  // namespace ohmcarlo
