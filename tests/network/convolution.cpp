// The convolution operation.

#include "network/layer_trial.hpp"

namespace ohmcarlo {
namespace convolution_test {

using gradients::fill;
using gradients::LayerTrial;
using gradients::OpaqueProduct;

/// What a convolution is asked to be.
struct Asked {
  std::string name;
  Planes in;
  Index channels;
  Window window;
  Index groups = 1;
  bool biased = true;

  [[nodiscard]] Node node() const { return convolution(name, in, channels, window, groups, biased); }
};

/// The definition, one output at a time.
Matrix<double> by_loops(const LayerTrial& trial, const Asked& asked) {
  const auto& [channels, height, width] = asked.in;
  const Planes& out = trial.spec.out().planes;
  const auto& [size, stride, padding] = asked.window;
  const Index group_in = channels / asked.groups, group_out = out.channels / asked.groups;
  Matrix<double> y(trial.x.rows(), out.features());
  for (Index image = 0; image < y.rows(); ++image)
    for (Index channel = 0; channel < out.channels; ++channel)
      for (Index down = 0; down < out.height; ++down)
        for (Index along = 0; along < out.width; ++along) {
          double sum = trial.parameters.bias(channel);
          for (Index c = 0; c < group_in; ++c)
            for (Index a = 0; a < size.rows; ++a)
              for (Index b = 0; b < size.columns; ++b) {
                const Index row = down * stride.rows + a - padding.rows;
                const Index column = along * stride.columns + b - padding.columns;
                if (row < 0 || row >= height || column < 0 || column >= width) continue;
                const Index plane = channel / group_out * group_in + c;
                sum += trial.x(image, (plane * height + row) * width + column) *
                       trial.parameters.weights(channel, (c * size.rows + a) * size.columns + b);
              }
          y(image, (channel * out.height + down) * out.width + along) = sum;
        }
  return y;
}

/// A hundred shapes of every kind: windows that just fit, padding wider than the window, strides that leave a rest;
/// every second one with other numbers down than across.
std::vector<Asked> many_shapes() {
  std::mt19937 bits(7);
  const auto upto = [&](unsigned most) { return static_cast<Index>(1 + bits() % most); };
  std::vector<Asked> all;
  while (all.size() < 100) {
    const Index groups = upto(3);
    const Planes in{groups * upto(3), upto(8), upto(8)};
    const auto pair = [&](unsigned most, Index less) {
      const Index rows = upto(most) - less;
      return all.size() % 2 == 0 ? Pair(rows) : Pair(rows, upto(most) - less);
    };
    const Pair size = pair(5, 0), stride = pair(3, 0), padding = pair(5, 1);
    const Window window{size, stride, padding};
    if (window.down().places(in.height) < 1 || window.across().places(in.width) < 1) continue;
    all.push_back({"conv" + std::to_string(all.size()), in, groups * upto(3), window, groups, bits() % 2 == 0});
  }
  return all;
}

TEST(Convolution, EqualsItsDefinitionForManyShapes) {
  std::uint32_t seed = 0;
  for (const Asked& asked : many_shapes()) {
    const Node spec = asked.node();
    const LayerTrial trial(spec, 3, ++seed);
    const Matrix<double> expected = by_loops(trial, asked);
    EXPECT_LT((trial.forward() - expected).cwiseAbs().maxCoeff(), 1e-12) << spec.name;
    EXPECT_LT((trial.forward(OpaqueProduct(trial.parameters.weights)) - expected).cwiseAbs().maxCoeff(), 1e-12)
        << spec.name;
  }
}

TEST(Convolution, InFloatEqualsTheDefinitionToo) {
  std::uint32_t seed = 0;
  for (const Asked& asked : many_shapes()) {
    LayerTrial trial(asked.node(), 3, ++seed);
    const Matrix<float> x = trial.x.cast<float>(), weights = trial.parameters.weights.cast<float>();
    const Vector<float> bias = trial.parameters.bias.cast<float>();
    Matrix<float> y(3, trial.outputs);
    const MatrixProduct<float> product{View<const float>(weights)};
    const View<const float> in = x;
    const NodePass<float> pass{.inputs = {&in, 1}, .product = &product, .bias = &bias};
    const std::unique_ptr<Kernel<float>> kernel = make_kernel<float>(*trial.spec.operation);
    kernel->forward(pass, y);
    EXPECT_LT((y.cast<double>() - by_loops(trial, asked)).cwiseAbs().maxCoeff(), 1e-4) << asked.name;
    // Gradients in float are computed by another library than those in double.
    const Matrix<float> factors = trial.factors.cast<float>();
    Matrix<float> grad_x(3, trial.inputs);
    LayerParameters<float> gradient{Matrix<float>::Zero(weights.rows(), weights.cols()),
                                    Vector<float>::Zero(bias.size())};
    const View<float> to = grad_x;
    kernel->backward(pass, y, factors, {&to, 1}, {&gradient});
    EXPECT_LT((grad_x.cast<double>() - trial.backward()).cwiseAbs().maxCoeff(), 1e-4) << asked.name;
    EXPECT_LT((gradient.weights.cast<double>() - trial.gradient.weights).cwiseAbs().maxCoeff(), 1e-4) << asked.name;
    EXPECT_LT((gradient.bias.cast<double>() - trial.gradient.bias).cwiseAbs().maxCoeff(), 1e-4) << asked.name;
  }
}

TEST(Convolution, OfManyImagesEqualsItsDefinitionAcrossBlocks) {
  const Asked asked{"conv1", {8, 24, 24}, 4, {3, 1, 1}, 2};
  LayerTrial trial(asked.node(), 17);
  ASSERT_GT(17 * trial.spec.out().planes.positions() * asked.groups * trial.spec.weight_inputs(), 1 << 18);
  EXPECT_LT((trial.forward() - by_loops(trial, asked)).cwiseAbs().maxCoeff(), 1e-12);
  // The gradients of all images together are the sum of those of each alone.
  const Matrix<double> grad_x = trial.backward();
  LayerTrial one(trial.spec, 1);
  one.parameters = trial.parameters;
  for (Index i = 0; i < 17; ++i) {
    one.x = trial.x.row(i);
    one.factors = trial.factors.row(i);
    EXPECT_LT((one.backward() - grad_x.row(i)).cwiseAbs().maxCoeff(), 1e-12);
  }
  EXPECT_LT((one.gradient.weights - trial.gradient.weights).cwiseAbs().maxCoeff(), 1e-9);
  EXPECT_LT((one.gradient.bias - trial.gradient.bias).cwiseAbs().maxCoeff(), 1e-9);
}

TEST(Convolution, GradientsMatchFiniteDifferences) {
  LayerTrial(convolution("plain", {2, 5, 4}, 3, {3, 1, 1})).expect_gradients();
  LayerTrial(convolution("strided", {2, 6, 5}, 3, {3, 2, 1})).expect_gradients();
  LayerTrial(convolution("grouped", {4, 4, 5}, 6, {2, 1, 0}, 2)).expect_gradients();
  LayerTrial(convolution("depthwise", {3, 4, 4}, 3, {3, 1, 1}, 3)).expect_gradients();
  LayerTrial(convolution("shortcut", {2, 5, 5}, 4, {1, 2, 0}, 1, false)).expect_gradients();
  LayerTrial(convolution("rectangular", {2, 7, 4}, 3, {{4, 2}, {2, 1}, {1, 0}})).expect_gradients();
}

TEST(Convolution, GoesBackThroughAProductsOwnParameters) {
  LayerTrial(convolution("plain", {2, 5, 4}, 3, {3, 1, 1})).expect_gradients_of_own_product();
  LayerTrial(convolution("grouped", {4, 4, 5}, 6, {{2, 3}, {1, 2}, {0, 1}}, 2)).expect_gradients_of_own_product();
}

// The first layer of a keyword spotter: 49 frames of 10 coefficients (Zhang et al., arXiv:1711.07128, table 1).
TEST(Convolution, OfAKeywordSpotterIsTenByFour) {
  const Node conv = convolution("conv1", {1, 49, 10}, 64, {{10, 4}, {2, 2}, {5, 1}});
  EXPECT_EQ(conv.out().planes, (Planes{64, 25, 5}));
  EXPECT_EQ(conv.weight_inputs(), 40);
  EXPECT_EQ(conv.macs(), 125 * 64 * 40);
}

TEST(Convolution, ParameterGradientsDoNotNeedTheGradientOfTheInputAndAreAdded) {
  LayerTrial trial(convolution("conv1", {2, 5, 4}, 4, {3, 1, 1}, 2));
  (void)trial.backward();
  const LayerParameters<double> once = trial.gradient;
  EXPECT_EQ(trial.backward(false).rows(), 0);
  EXPECT_TRUE(trial.gradient.weights.isApprox(2 * once.weights, 1e-14));
  EXPECT_TRUE(trial.gradient.bias.isApprox(2 * once.bias, 1e-14));
}

TEST(Convolution, HandsHardwareThePatchesOfEachGroupImageAndPositionInOrder) {
  const LayerTrial trial(convolution("conv1", {4, 4, 3}, 2, {2, 1, 0}, 2), 3);
  const OpaqueProduct product(trial.parameters.weights);
  (void)trial.forward(product);
  EXPECT_EQ(product.groups, (std::vector<Index>{0, 1}));
  for (const Matrix<double>& rows : product.rows_of_calls) {
    ASSERT_EQ(rows.rows(), 3 * 6);
    ASSERT_EQ(rows.cols(), 2 * 4);
  }
  const auto cell = [&](Index image, Index channel, Index row, Index column) {
    return trial.x(image, (channel * 4 + row) * 3 + column);
  };
  const auto row_of = [](Index image, Index down, Index along) { return image * 6 + down * 2 + along; };
  // The last image, second group, place (2, 1): columns go channel, row, column of the window.
  const auto patch = product.rows_of_calls[1].row(row_of(2, 2, 1));
  EXPECT_EQ(patch(0), cell(2, 2, 2, 1));
  EXPECT_EQ(patch(1), cell(2, 2, 2, 2));
  EXPECT_EQ(patch(2), cell(2, 2, 3, 1));
  EXPECT_EQ(patch(4), cell(2, 3, 2, 1));
  EXPECT_EQ(product.rows_of_calls[0](row_of(1, 0, 1), 0), cell(1, 0, 0, 1));
}

/// Two matrices, each for its half of the columns: what chips side by side look like.
class TwoChips final : public Product<double> {
 public:
  TwoChips(const Matrix<double>& a, const Matrix<double>& b) : chips_{&a, &b} {}
  void apply(View<const double> x, View<double> y, Index group) const override {
    const Index outputs = y.cols / 2;
    for (Index c = 0; c < 2; ++c)
      y.middle_cols(c * outputs, outputs).map() =
          x.middle_cols(c * x.cols / 2, x.cols / 2).map() * chips_[c]->middleRows(group * outputs, outputs).transpose();
  }
  [[nodiscard]] View<const double> backward_weights() const override { throw std::logic_error("not trained"); }

 private:
  const Matrix<double>* chips_[2];
};

TEST(Convolution, RunsChipsSideBySide) {
  const Asked asked{"conv1", {4, 5, 4}, 6, {3, 1, 1}, 2};
  const LayerTrial first(asked.node(), 3, 1), second(asked.node(), 3, 2);
  Matrix<double> x(3, 2 * first.inputs), y(3, 2 * first.outputs);
  x << first.x, second.x;
  Vector<double> bias(12);
  bias << first.parameters.bias, second.parameters.bias;
  const TwoChips product(first.parameters.weights, second.parameters.weights);
  const View<const double> in = x;
  first.kernel->forward({.inputs = {&in, 1}, .product = &product, .bias = &bias}, y);
  EXPECT_LT((y.leftCols(first.outputs) - by_loops(first, asked)).cwiseAbs().maxCoeff(), 1e-12);
  EXPECT_LT((y.rightCols(first.outputs) - by_loops(second, asked)).cwiseAbs().maxCoeff(), 1e-12);
}

}  // namespace convolution_test
}  // namespace ohmcarlo
