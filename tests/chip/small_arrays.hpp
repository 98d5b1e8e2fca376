#pragma once
// Small networks on arrays for the tests of chips.

#include <memory>
#include <string>

#include "chip/small_network.hpp"
#include "chip/whole_set.hpp"
#include "network/architecture.hpp"

namespace ohmcarlo::small {

inline constexpr std::size_t kImages = 1301;  // two full batches and a part of one
inline constexpr std::size_t kFew = 530;      // a full batch and a part of one

inline const SampleSet& many_images() {
  static const SampleSet set = images(kImages);
  return set;
}

inline std::shared_ptr<const EvaluationSet> test_set() {
  static const auto set = evaluation_set(many_images());
  return set;
}

inline std::shared_ptr<const EvaluationSet> few_tests() {
  static const auto set = evaluation_set(images(kFew));
  return set;
}

inline std::shared_ptr<const TrainedNetwork> small_trained() {
  static const auto network = trained_network(kSpec, {parameters(), {}});
  return network;
}

inline const Parameters<float>& trained_parameters() {
  return small_trained()->state.parameters;
}

inline Matrix<float> pixels(const SampleSet& set, std::size_t count) {
  return Eigen::Map<const Matrix<std::uint8_t>>(set.pixels().data(), static_cast<Index>(count), 36).cast<float>() *
         (1.0F / 255.0F);
}

/// Cells without errors, inputs and sums without converters.
inline ArrayOptions exact(Mapping mapping = Mapping::one_sided) {
  ArrayOptions options;
  options.format.mapping = mapping;
  options.cells.range = {0, 1e-4, options.format.top()};
  options.dac.coding.encoding = InputEncoding::automatic;
  return options;
}

/// Everything that can go wrong goes wrong, a little.
inline ArrayOptions noisy(ReadForm form = ReadForm::columns) {
  ArrayOptions options = exact();
  options.format.weight_bits = 4;
  options.format.cell_bits = 2;
  options.cells.range = {1e-6, 1e-4, options.format.top()};
  options.tile_rows = 16;
  options.tile_columns = 8;
  options.cells.variation.sigma = 0.1;
  options.cells.faults.rate = 0.03;
  options.read_noise = {0.1F, 0.02F, 0};
  options.read_form = form;
  options.dac.coding.bits = 2;
  options.dac.coding.read_bits = 1;
  options.adc.bits = 6;
  options.adc.noise = {AdcNoiseLaw::gaussian, 0.1, 0, 0};
  return options;
}

inline ArrayNetwork network_on(const ArrayOptions& options,
                               const std::shared_ptr<const EvaluationSet>& test = test_set()) {
  return {small_trained(), {.arrays = options}, many_images(), test, kNoPoll};
}

/// Branches, normalisations, a grouped convolution; 6 x 6 images of one channel.
inline NetworkSpec branched() {
  const std::string layers[] = {"conv 4 padding 1 no-bias",
                                "norm",
                                "relu",
                                "residual 6 stride 2",
                                "conv 6 padding 1 groups 2",
                                "relu",
                                "max-pool 3",
                                "flatten",
                                "dense 9",
                                "relu",
                                "dense classes"};
  return build_network({1, 6, 6}, 5, layers);
}

inline NetworkState<float> branched_state() {
  NetworkState<float> all{initial_parameters(branched(), 4, 0), initial_normalisations<float>(branched())};
  for (std::size_t i = 0; i < all.normalisations.running.size(); ++i) {
    all.normalisations.parameters[i].gamma.setLinSpaced(0.5F, 1.5F);
    all.normalisations.parameters[i].beta.setLinSpaced(-0.2F, 0.3F);
    all.normalisations.running[i].mean.setLinSpaced(-0.1F, 0.4F);
    all.normalisations.running[i].variance.setLinSpaced(0.2F, 2.0F);
  }
  return all;
}

}  // namespace ohmcarlo::small
