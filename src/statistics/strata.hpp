#pragma once
// Strata of the test images: images of one stratum are about equally hard, so that few of them speak for all.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/label.hpp"

namespace ohmcarlo {

/// The rank of every image's margin among the images of its class: 0 for the smallest margin (the hardest image), ties
/// by image number. [images]. The margin is the clean logit of the label less the largest other logit; NaN is harder
/// than any number.
[[nodiscard]] std::vector<double> ranks_in_class(std::span<const Label> labels, std::span<const double> margins);

/// Whether classes have strata of their own in samples of `sample` images: 6 classes <= sample / 2.
[[nodiscard]] bool has_class_strata(std::size_t classes, std::uint32_t sample);

/// The stratum of every image, for samples of `sample` images: [images], numbers 0, 1, .. without gaps.
///
/// A stratum is a class and one of six bands of how hard its images are, in the order (class, band). `mean_ranks`
/// [images] says how hard: smaller is harder; the mean over models of ranks_in_class, or whatever else orders images.
/// Bands end at the 2, 5, 10, 20 and 40 % quantiles of the class: of m images, the one at position k (from 0, ties by
/// image number) lies beyond a cut of q % if 100 k >= q m. Without has_class_strata strata are bands of all images
/// instead, whatever their class: 20 of equal count, but at most sample / 2 and at least one.
///
/// Labels lie in 0..classes-1 and ranks are numbers; throws std::logic_error otherwise.
[[nodiscard]] std::vector<std::uint16_t> assign_strata(std::span<const Label> labels,
                                                       std::span<const double> mean_ranks, std::size_t classes,
                                                       std::uint32_t sample);

/// The number of images in every stratum: [strata], all of the strata 0..largest number.
[[nodiscard]] std::vector<std::uint32_t> count_strata(std::span<const std::uint16_t> strata);

}  // namespace ohmcarlo
