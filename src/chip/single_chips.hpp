#pragma once
// Chips of any network, evaluated one after the other: convolutions leave little for chips to share.

#include <optional>

#include "chip/weight_chips.hpp"

namespace ohmcarlo {

class SingleChips final : public WeightChips {
 public:
  SingleChips(const NetworkSpec& spec, Index copies);

  void program(Index copy, const NetworkState<float>& clean, const Variation& variation, std::uint64_t key,
               const Address& address) override;
  [[nodiscard]] Matrix<float> read_back(Index copy, std::size_t layer) const override;
  [[nodiscard]] std::vector<Tally> evaluate(const EvaluationSet& images, const Poll& poll) override;

 private:
  /// A convolution's weights stay a matrix, others are packed for their product.
  struct HeldLayer {
    std::optional<PackedWeights> packed;
    Matrix<float> matrix;
    Vector<float> bias;
  };
  struct Chip {
    std::vector<HeldLayer> layers;
    Normalisations<float> normalisations;
  };
  [[nodiscard]] Tally evaluate(const Chip& chip, const EvaluationSet& images, const Poll& poll) const;

  Network<float> network_;
  Index images_at_once_;
  std::vector<Chip> chips_;
};

}  // namespace ohmcarlo
