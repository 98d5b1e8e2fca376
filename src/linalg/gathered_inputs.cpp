#include "linalg/gathered_inputs.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "linalg/packed_kernel.hpp"
#include "linalg/panel_range.hpp"

namespace ohmcarlo {
namespace {

/// Groups that are multiplied together: their values stay in the second-level cache while all panels pass by.
constexpr Index kGroupsAtOnce = 16;

/// Asks for the rows that are listed next: they lie anywhere in a set that is larger than the caches.
void fetch(View<const std::uint8_t> codes, std::span<const std::uint32_t> rows) {
  constexpr Index kLine = 64;
  for (const std::uint32_t row : rows)
    for (Index byte = 0; byte < codes.cols; byte += kLine)
      __builtin_prefetch(codes.row(static_cast<Index>(row)) + byte);
}

}  // namespace

GatheredInputs::GatheredInputs(View<const std::uint8_t> codes, float scale)
    : codes_(codes), scale_(scale), zeros_(static_cast<std::size_t>(codes.cols)) {
  require(std::isfinite(scale), "the scale of gathered inputs is finite");
  const Index slots = kGroupsAtOnce * kernel::feature_blocks(codes.cols);
  features_.resize(slots, kernel::kListRoom);
  counts_.resize(slots);
  values_.resize(slots * kernel::kGroup, kernel::kListRoom);
}

void GatheredInputs::list_group(std::span<const std::uint32_t> rows, Index group) {
  const Index blocks = kernel::feature_blocks(codes_.cols);
  for (Index block = 0; block < blocks; ++block) {
    const Index first = block * kernel::kFeatureBlock, slot = group * blocks + block;
    std::array<const std::uint8_t*, kernel::kGroup> six;
    six.fill(zeros_.data() + first);
    std::ranges::transform(rows, six.begin(),
                           [&](std::uint32_t row) { return codes_.row(static_cast<Index>(row)) + first; });
    counts_(slot) = kernel::list_features(six.data(), std::min(kernel::kFeatureBlock, codes_.cols - first), scale_,
                                          features_.row(slot).data(), values_.row(slot * kernel::kGroup).data());
  }
}

View<float> GatheredInputs::multiply(std::span<const std::uint32_t> rows, const PackedWeights& w,
                                     const OutputRange& outputs) {
  require(w.inputs() == codes_.cols, "the sizes of a gathered product agree");
  require(std::ranges::all_of(rows, [&](std::uint32_t row) { return static_cast<Index>(row) < codes_.rows; }),
          "gathered rows lie inside their matrix");
  const PanelRange range = panels_of(w, outputs);
  const Index count = std::ssize(rows), groups = (count + kernel::kGroup - 1) / kernel::kGroup;
  product_.resize(groups * kernel::kGroup, range.panels.outputs);
  const auto rows_of = [&](Index group) {
    const Index row = std::min(group * kernel::kGroup, count);
    return rows.subspan(static_cast<std::size_t>(row), static_cast<std::size_t>(std::min(kernel::kGroup, count - row)));
  };
  for (Index first = 0; first < groups; first += kGroupsAtOnce) {
    const Index at_once = std::min(kGroupsAtOnce, groups - first);
    for (Index group = 0; group < at_once; ++group) {
      fetch(codes_, rows_of(first + group + 1));
      list_group(rows_of(first + group), group);
    }
    kernel::multiply_listed(
        {features_.data(), counts_.data(), values_.data()}, at_once, range.panels,
        {product_.row(first * kernel::kGroup).data(), product_.cols(), 0, at_once * kernel::kGroup});
  }
  return View(product_).block(0, range.skipped, count, outputs.count);
}

}  // namespace ohmcarlo
