#pragma once
// A short list of test images made ready for the first, dense layer of one chip.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "chip/evaluation_set.hpp"
#include "linalg/gathered_inputs.hpp"
#include "network/loss.hpp"

namespace ohmcarlo {

/// The images of one list after the other; of recordings with a label a frame every frame with a label is an image.
/// They are taken in an order of their own, that of their labels: images of a class are zero in much the same pixels,
/// which a product skips. Memory is kept from list to list. Not for several threads at once.
class ListedImages {
 public:
  static constexpr std::size_t kBatch = 600;  ///< images at once, at most

  /// Of images of `set`, which must outlive it.
  explicit ListedImages(const EvaluationSet& set);

  /// Takes the images `which`, in any order, repeated or none. Throws std::logic_error for one that is not in the set.
  void take(std::span<const std::uint32_t> which);

  [[nodiscard]] std::size_t batches() const { return (labels_.size() + kBatch - 1) / kBatch; }
  [[nodiscard]] std::span<const Label> labels(std::size_t batch) const { return part<const Label>(labels_, batch); }
  /// Of each image of a batch its place in the list (of a frame that of its recording).
  [[nodiscard]] std::span<const std::uint32_t> places(std::size_t batch) const {
    return part<const std::uint32_t>(places_, batch);
  }

  /// The answers of all batches, one after the other -> those of the list, recording by recording.
  [[nodiscard]] std::vector<Answer> in_order_of_list(std::vector<Answer> answers) const;

  /// [images of the batch, outputs.count]: the product with `outputs` of `weights`. Valid until the next one.
  [[nodiscard]] View<float> multiply(std::size_t batch, const PackedWeights& weights, const OutputRange& outputs);

 private:
  template <class T>
  [[nodiscard]] static std::span<T> part(std::span<T> all, std::size_t batch) {
    return all.subspan(batch * kBatch, std::min(kBatch, all.size() - batch * kBatch));
  }

  const EvaluationSet& set_;
  std::optional<GatheredInputs> gathered_;  ///< of sets that are scaled bytes
  std::vector<std::uint32_t> numbers_;      ///< of the images in the order of this object; only with gathered_
  Matrix<float> x_;                         ///< the images themselves; only without gathered_
  Matrix<float> buffer_;
  std::vector<Label> labels_;
  std::vector<std::uint32_t> places_;
};

}  // namespace ohmcarlo
