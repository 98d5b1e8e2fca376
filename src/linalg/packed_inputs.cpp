#include "linalg/packed_inputs.hpp"

#include <algorithm>
#include <cmath>

#include "linalg/packed_kernel.hpp"
#include "linalg/row_order.hpp"

namespace ohmcarlo {

static_assert(PackedInputs::kGroup == kernel::kGroup && PackedWeights::kPanel == kernel::kPanel);

namespace {

// Values of one block of groups: small enough to stay in the second-level cache while all weight panels pass by.
constexpr std::size_t kBlockElements = 192 * 1024 / sizeof(float) / kernel::kGroup;

}  // namespace

PackedInputs::PackedInputs(View<const float> inputs) : features_(inputs.cols) {
  for (Index r = 0; r < inputs.rows; ++r) {
    require(std::all_of(inputs.row(r), inputs.row(r) + inputs.cols, [](float x) { return std::isfinite(x); }),
            "packed inputs are finite");
  }
  pack(inputs, values_);
}

PackedInputs::PackedInputs(View<const std::uint8_t> codes, float scale) : features_(codes.cols), scale_(scale) {
  require(std::isfinite(scale), "the scale of packed inputs is finite");
  pack(codes, codes_);
}

template <class T>
void PackedInputs::pack(View<const T> inputs, std::vector<T>& values) {
  order_ = order_by_zeros(inputs, kGroup);
  starts_.push_back(0);
  for (Index row = 0; row < rows(); row += kGroup) {
    const Index count = std::min(kGroup, rows() - row);
    for (Index block = 0; block < kernel::feature_blocks(features_); ++block) {
      const Index start = block * kernel::kFeatureBlock;
      for (Index f = start; f < std::min(start + kernel::kFeatureBlock, features_); ++f) {
        T column[kGroup] = {};
        bool any = false;
        for (Index i = 0; i < count; ++i) {
          column[i] = inputs(order_[row + i], f);
          any = any || column[i] != T(0);
        }
        if (!any) continue;
        lists_.push_back(static_cast<std::uint16_t>(f - start));
        values.insert(values.end(), column, column + kGroup);
      }
      starts_.push_back(lists_.size());
    }
  }
  lists_.shrink_to_fit();
  values.shrink_to_fit();
}

double PackedInputs::density() const {
  const double dense = static_cast<double>(rows()) * static_cast<double>(features_);
  return dense > 0 ? static_cast<double>(lists_.size()) * static_cast<double>(kGroup) / dense : 0.0;
}

void PackedInputs::multiply_rows(Index first, Index count, const PackedWeights& w, View<float> out) const {
  require(first >= 0 && count >= 0 && first + count <= rows(), "a range of packed rows lies inside");
  require(w.inputs() == features_ && out.rows == count && out.cols == w.outputs(),
          "the sizes of a packed product agree");
  if (count == 0) return;
  const Index blocks = kernel::feature_blocks(features_);
  const kernel::Panels panels{w.data(), w.inputs(), w.outputs()};
  const kernel::Rows range{out.data, out.stride, first, first + count};
  const Index last_group = (first + count + kGroup - 1) / kGroup;
  thread_local Vector<float> unpacked;  // kept: getting fresh pages for each call costs as much as unpacking
  for (Index group = first / kGroup; group < last_group;) {
    const std::size_t start = starts_[group * blocks];
    Index end = group + 1;
    while (end < last_group && starts_[(end + 1) * blocks] - start <= kBlockElements) ++end;
    const float* values = values_.data() + start * kGroup;
    if (!codes_.empty()) {
      const std::size_t size = (starts_[end * blocks] - start) * kGroup;
      if (unpacked.size() < static_cast<Index>(size)) unpacked.resize(std::max(size, kBlockElements * kGroup));
      kernel::unpack(codes_.data() + start * kGroup, size, scale_, unpacked.data());
      values = unpacked.data();
    }
    kernel::multiply_sparse({lists_.data(), starts_.data(), values, start}, group, end, panels, range);
    group = end;
  }
}

}  // namespace ohmcarlo
