#include "deployment/images.hpp"

#include <numeric>

#include "random/stream.hpp"

namespace ohmcarlo {

void draw_batch(const DeploymentImages& images, std::uint64_t key, const Address& order, std::uint64_t update, int size,
                Batch& batch) {
  const auto count = static_cast<std::size_t>(size);
  std::vector<std::uint32_t> chosen(count);
  Stream(key, order).words(update * count, chosen);
  for (std::uint32_t& image : chosen)
    image = images.training[static_cast<std::size_t>((std::uint64_t{image} * images.training.size()) >> 32)];
  fill_batch(*images.images, images.scaling, chosen, batch);
}

ChipKey reads_of(const ChipKey& chip, Purpose stage, std::uint64_t round) {
  return {derived_key(chip.key, static_cast<std::uint64_t>(stage) << 48 | round), chip.address};
}

std::vector<std::uint32_t> first_names(Index count) {
  std::vector<std::uint32_t> names(static_cast<std::size_t>(count));
  std::iota(names.begin(), names.end(), 0U);
  return names;
}

}  // namespace ohmcarlo
