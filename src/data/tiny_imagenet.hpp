#pragma once
// Tiny ImageNet (200 classes of ImageNet at 64 x 64 pixels, Stanford CS231n) as its archive unpacks:
//
//   wnids.txt                               one class identifier (n and eight digits) a line: their order is the
//   labels' train/<class>/images/<class>_<n>.JPEG   500 of each class in the published set val/images/*.JPEG 10,000
//   val/val_annotations.txt                 a line each: file name, class, box, with tabs between them
//
// Boxes are not read. The labels of the archive's third part, test/, were never published: what is used for testing
// here, as in the literature, is val/.

#include <filesystem>

#include "data/data_set.hpp"

namespace ohmcarlo {

/// The training images, 3 x 64 x 64, grey ones as three equal channels: classes in the order of wnids.txt, images of a
/// class in the order of their numbers <n>. As many classes as wnids.txt names, at most 256.
///
/// Throws BadData, one line naming the file (and line of a text), for: a missing or unreadable file or folder; a
/// text that is not as the head of this file says, names a class twice or one that is unknown; a class without images;
/// an image that read_jpeg refuses or whose name is not <class>_<n>.JPEG.
[[nodiscard]] SampleSet read_tiny_imagenet_training(const std::filesystem::path& directory);

/// The images of val/, in the order of val_annotations.txt. Throws BadData for
/// what read_tiny_imagenet_training throws it for.
[[nodiscard]] SampleSet read_tiny_imagenet_validation(const std::filesystem::path& directory);

/// The set with its validation images as those to test on.
[[nodiscard]] DataSet tiny_imagenet_set();

}  // namespace ohmcarlo
