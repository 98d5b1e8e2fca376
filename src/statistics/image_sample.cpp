#include "statistics/image_sample.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/error.hpp"
#include "random/stream.hpp"
#include "statistics/strata.hpp"

namespace ohmcarlo {
namespace {

constexpr unsigned kStratumBits = 20;  // the words of a stratum begin at element h << this
constexpr std::size_t kMostImages = std::size_t{1} << kStratumBits;
constexpr std::size_t kMostStrata = Stream::kElements >> kStratumBits;

}  // namespace

ImageSampler::ImageSampler(std::span<const std::uint16_t> strata) : images_(strata.size()), first_{0} {
  for (const std::uint32_t count : count_strata(strata)) {
    require(count >= 1 && count <= kMostImages, "1 to 2^20 images in every stratum");
    first_.push_back(first_.back() + count);
  }
  require(this->strata() <= kMostStrata, "at most 2^14 strata");
  std::iota(images_.begin(), images_.end(), 0U);
  std::stable_sort(images_.begin(), images_.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return strata[a] < strata[b]; });
}

std::vector<std::uint32_t> ImageSampler::draw(std::uint64_t key, std::uint32_t replica, std::uint32_t trial,
                                              std::span<const std::uint32_t> sizes) {
  require(sizes.size() == strata(), "a size for every stratum");
  const Stream stream(key, {.purpose = Purpose::image_sample, .replica = replica, .trial = trial});
  std::vector<std::uint32_t> drawn, words;
  std::vector<std::size_t> partners;
  for (std::size_t h = 0; h < sizes.size(); ++h) {
    const std::span<std::uint32_t> members{images_.data() + first_[h], first_[h + 1] - first_[h]};
    require(sizes[h] <= members.size(), "no more images than the stratum has");
    words.resize(sizes[h]);
    stream.words(std::uint64_t{h} << kStratumBits, words);
    partners.clear();
    for (std::size_t k = 0; k < sizes[h]; ++k) {
      partners.push_back(k + (words[k] * std::uint64_t{members.size() - k} >> 32));
      std::swap(members[k], members[partners[k]]);
    }
    drawn.insert(drawn.end(), members.begin(), members.begin() + static_cast<std::ptrdiff_t>(sizes[h]));
    for (std::size_t k = sizes[h]; k-- > 0;) std::swap(members[k], members[partners[k]]);
  }
  return drawn;
}

}  // namespace ohmcarlo
