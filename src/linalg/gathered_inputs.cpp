#include "linalg/gathered_inputs.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <type_traits>

#include <hwy/highway.h>

#include "linalg/packed_kernel.hpp"
#include "linalg/panel_range.hpp"

namespace ohmcarlo {
namespace {

constexpr Index kFeaturesAtOnce = 8;  ///< the bytes of a word
using Words = std::array<std::uint64_t, kFeaturesAtOnce>;
using SixRows = std::array<const std::uint8_t*, kernel::kGroup>;

// List elements of the groups that are multiplied together: their values stay in the second-level cache while all
// panels pass by.
constexpr Index kListElements = 8192;

/// Eight bytes of each of six rows, each row in a word -> columns[f]: the six bytes of feature f, and two zeros.
void transpose_bytes(const std::array<std::uint64_t, kernel::kGroup>& rows, Words& columns) {
  namespace hn = hwy::HWY_NAMESPACE;
  const hn::FixedTag<std::uint8_t, 16> d8;
  const hn::FixedTag<std::uint16_t, 8> d16;
  const hn::FixedTag<std::uint32_t, 4> d32;
  const hn::FixedTag<std::uint64_t, 2> d64;
  const auto bytes = [&](std::size_t row) { return hn::BitCast(d8, hn::Set(d64, rows[row])); };
  const auto pair = [&](std::size_t row) {
    return hn::BitCast(d16, hn::InterleaveLower(d8, bytes(row), bytes(row + 1)));
  };
  const auto ab = pair(0), cd = pair(2), ef = pair(4), none = hn::Zero(d16);
  const auto store = [&](auto four, auto two, std::size_t feature) {
    const auto low = hn::BitCast(d32, four), high = hn::BitCast(d32, two);
    hn::StoreU(hn::BitCast(d64, hn::InterleaveLower(d32, low, high)), d64, &columns[feature]);
    hn::StoreU(hn::BitCast(d64, hn::InterleaveUpper(d32, low, high)), d64, &columns[feature + 2]);
  };
  store(hn::InterleaveLower(d16, ab, cd), hn::InterleaveLower(d16, ef, none), 0);
  store(hn::InterleaveUpper(d16, ab, cd), hn::InterleaveUpper(d16, ef, none), 4);
}

/// Lists the features first .. last - 1 in which a row is not zero: numbers from `first` on in `list`, six codes each
/// in `codes`, which has room for eight bytes more. Returns how many.
std::size_t list_features(const SixRows& rows, Index first, Index last, std::uint16_t* list, std::uint8_t* codes) {
  std::size_t listed = 0;
  const auto visit = [&](Index feature, auto count) {  // of features: a constant is faster
    std::array<std::uint64_t, kernel::kGroup> words{};
    std::uint64_t any = 0;
    for (std::size_t i = 0; i < words.size(); ++i) {
      std::memcpy(&words[i], rows[i] + feature, count);
      any |= words[i];
    }
    if (any == 0) return;
    Words columns;
    transpose_bytes(words, columns);
    // Without branches: what is not listed is overwritten by the next.
    for (std::size_t f = 0; f < columns.size(); ++f) {
      std::memcpy(codes + listed * kernel::kGroup, &columns[f], sizeof columns[f]);
      list[listed] = static_cast<std::uint16_t>(feature - first + static_cast<Index>(f));
      listed += columns[f] != 0 ? 1 : 0;
    }
  };
  Index feature = first;
  for (; feature + kFeaturesAtOnce <= last; feature += kFeaturesAtOnce)
    visit(feature, std::integral_constant<std::size_t, kFeaturesAtOnce>());
  if (feature < last) visit(feature, static_cast<std::size_t>(last - feature));
  return listed;
}

}  // namespace

GatheredInputs::GatheredInputs(View<const std::uint8_t> codes, float scale)
    : codes_(codes), scale_(scale), zeros_(static_cast<std::size_t>(codes.cols)) {
  require(std::isfinite(scale), "the scale of gathered inputs is finite");
  const auto room = static_cast<std::size_t>(std::max(kListElements, codes.cols) + kFeaturesAtOnce);
  lists_.resize(room);
  listed_codes_.resize(room * kernel::kGroup);
  values_.resize(static_cast<Index>(listed_codes_.size()));
}

void GatheredInputs::append_group(std::span<const std::uint32_t> rows) {
  SixRows six;
  six.fill(zeros_.data());
  std::ranges::transform(rows, six.begin(), [&](std::uint32_t row) { return codes_.row(static_cast<Index>(row)); });
  for (Index block = 0; block < kernel::feature_blocks(codes_.cols); ++block) {
    const Index first = block * kernel::kFeatureBlock;
    const std::size_t start = starts_.back();
    starts_.push_back(start + list_features(six, first, std::min(first + kernel::kFeatureBlock, codes_.cols),
                                            lists_.data() + start, listed_codes_.data() + start * kernel::kGroup));
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
  for (Index group = 0; group < groups;) {
    const Index first = group;
    starts_.assign(1, 0);
    do {
      const Index row = group++ * kernel::kGroup;
      append_group(
          rows.subspan(static_cast<std::size_t>(row), static_cast<std::size_t>(std::min(kernel::kGroup, count - row))));
    } while (group < groups && static_cast<Index>(starts_.back()) + codes_.cols <= kListElements);
    kernel::unpack(listed_codes_.data(), starts_.back() * kernel::kGroup, scale_, values_.data());
    const kernel::Rows to{product_.row(first * kernel::kGroup).data(), product_.cols(), 0,
                          (group - first) * kernel::kGroup};
    kernel::multiply_sparse({lists_.data(), starts_.data(), values_.data(), 0}, 0, group - first, range.panels, to);
  }
  return View(product_).block(0, range.skipped, count, outputs.count);
}

}  // namespace ohmcarlo
