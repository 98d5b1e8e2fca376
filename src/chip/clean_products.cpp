#include "chip/clean_products.hpp"

#include <algorithm>

namespace ohmcarlo {
namespace {

std::size_t bytes_of(const LayerProducts& layers) {
  std::size_t bytes = 0;
  for (const std::vector<Matrix<float>>& calls : layers)
    for (const Matrix<float>& product : calls) bytes += static_cast<std::size_t>(product.size()) * sizeof(float);
  return bytes;
}

}  // namespace

const LayerProducts& CleanProducts::of(std::size_t number, std::span<const std::uint32_t> images,
                                       const std::function<void(LayerProducts&)>& make) {
  if (batches_.size() <= number) batches_.resize(number + 1);
  Kept& batch = batches_[number];
  if (std::ranges::equal(batch.images, images)) return batch.products;
  batch.images.clear();  // of no list, until all is made
  for (std::vector<Matrix<float>>& calls : batch.products) calls.clear();
  make(batch.products);
  batch.images.assign(images.begin(), images.end());
  std::size_t bytes = 0;
  for (const Kept& kept : batches_) bytes += bytes_of(kept.products);
  for (Kept& kept : batches_)
    if (bytes > most_ && &kept != &batch) {
      bytes -= bytes_of(kept.products);
      kept = {};
    }
  return batch.products;
}

}  // namespace ohmcarlo
