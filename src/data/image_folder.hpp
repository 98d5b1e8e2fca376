#pragma once
// Sets of images of one's own in folders: one for each class, whose name is that of the folder.

#include "data/data_set.hpp"

namespace ohmcarlo {

/// JPEG, PNG and PGM files in <images>/<class>/, classes and files in the order of their names (byte by byte); the
/// classes are those of the training folder. Hidden files are ignored, others refused. All images have the size of the
/// first training image; if that one has colours, a grey image gives three equal planes.
[[nodiscard]] DataSet images_set();

}  // namespace ohmcarlo
