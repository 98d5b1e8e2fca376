#include "chip/calibration_walk.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "chip/small_arrays.hpp"

namespace ohmcarlo {
namespace calibration_walk_test {

/// What the weight layers of the branched network see on a walk of 70 images, so many together, with exact products.
std::vector<Matrix<float>> inputs_on_a_walk(std::size_t together) {
  const Network<float> network(small::branched());
  const NetworkState<float> state = small::branched_state();
  CalibrationWalk walk(network, state, small::many_images(), {{0.3F}, {0.25F}}, 70, together);
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < network.spec().layers.size(); ++i)
    if (network.spec().layers[i].has_weights()) places.push_back(i);
  places.push_back(network.spec().layers.size());
  walk.advance(0, places.front(), {});
  std::vector<Matrix<float>> inputs;
  for (std::size_t i = 0; i + 1 < places.size(); ++i) {
    Matrix<float>& all = inputs.emplace_back();
    for (int look = 0; look < 2; ++look) {  // looking twice changes nothing
      all.resize(0, state.parameters[i].weights.cols());
      walk.show_inputs(places[i], [&](const NamedSamples&, NamedCall, View<const float> x, View<float> y) {
        all.conservativeResize(all.rows() + x.rows, Eigen::NoChange);
        all.bottomRows(x.rows) = x.map();
        y.map().setConstant(1e9F);  // forgotten
      });
    }
    walk.advance(places[i], places[i + 1],
                 [&](const NamedSamples&, NamedCall call, View<const float> x, View<float> y) {
                   MatrixProduct<float>(View<const float>(state.parameters[i].weights)).apply(x, y, call.group);
                 });
  }
  return inputs;
}

/// Passes x on to the weights and keeps it.
class Kept final : public Product<float> {
 public:
  Kept(View<const float> weights, Matrix<float>& inputs) : product_(weights), inputs_(inputs) {}
  void apply(View<const float> x, View<float> y, Index group) const override {
    if (group == 0) inputs_.resize(0, x.cols);
    inputs_.conservativeResize(inputs_.rows() + x.rows, Eigen::NoChange);
    inputs_.bottomRows(x.rows) = x.map();
    product_.apply(x, y, group);
  }
  [[nodiscard]] View<const float> backward_weights() const override { return product_.backward_weights(); }

 private:
  MatrixProduct<float> product_;
  Matrix<float>& inputs_;
};

TEST(CalibrationWalk, ShowsEveryLayerWhatOnePassOfAllImagesGivesIt) {
  const NetworkState<float> state = small::branched_state();
  std::vector<Matrix<float>> expected(state.parameters.size());
  std::vector<Kept> products;
  PassWeights<float> weights;
  weights.normalisations = state.normalisations.evaluated();
  for (std::size_t i = 0; i < expected.size(); ++i)
    products.emplace_back(View<const float>(state.parameters[i].weights), expected[i]);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    weights.products.push_back(&products[i]);
    weights.biases.push_back(&state.parameters[i].bias);
  }
  Batch batch;
  std::vector<std::uint32_t> which(70);
  for (std::uint32_t i = 0; i < 70; ++i) which[i] = i;
  fill_batch(small::many_images(), {{0.3F}, {0.25F}}, which, batch);
  Activations<float> activations;
  (void)Network<float>(small::branched()).forward(batch.x, weights, activations);
  for (const std::size_t together : {70U, 33U}) {
    const std::vector<Matrix<float>> seen = inputs_on_a_walk(together);
    ASSERT_EQ(seen.size(), expected.size());
    for (std::size_t i = 0; i < seen.size(); ++i) {
      ASSERT_EQ(seen[i].cols(), expected[i].cols());
      EXPECT_NEAR(seen[i].cast<double>().norm(), expected[i].cast<double>().norm(),
                  1e-5 * expected[i].cast<double>().norm())
          << i;
      if (together == 70) {  // else positions of convolutions come batch by batch
        EXPECT_LT((seen[i] - expected[i]).cwiseAbs().maxCoeff(), 1e-4F) << i;
      }
    }
  }
}

}  // namespace calibration_walk_test
}  // namespace ohmcarlo
