#include "network/convolution.hpp"

#include "network/layer_trial.hpp"

namespace ohmcarlo {
namespace {

using gradients::fill;
using gradients::LayerTrial;
using gradients::OpaqueProduct;

/// The definition, one output at a time.
Matrix<double> by_loops(const LayerTrial& trial) {
  const auto& [channels, height, width] = trial.spec.in;
  const Planes& out = trial.spec.out;
  const Window& window = trial.spec.window;
  const Index group_in = channels / trial.spec.groups, group_out = out.channels / trial.spec.groups;
  Matrix<double> y(trial.x.rows(), out.features());
  for (Index image = 0; image < y.rows(); ++image)
    for (Index channel = 0; channel < out.channels; ++channel)
      for (Index down = 0; down < out.height; ++down)
        for (Index along = 0; along < out.width; ++along) {
          double sum = trial.parameters.bias(channel);
          for (Index c = 0; c < group_in; ++c)
            for (Index a = 0; a < window.size; ++a)
              for (Index b = 0; b < window.size; ++b) {
                const Index row = down * window.stride + a - window.padding;
                const Index column = along * window.stride + b - window.padding;
                if (row < 0 || row >= height || column < 0 || column >= width) continue;
                const Index plane = channel / group_out * group_in + c;
                sum += trial.x(image, (plane * height + row) * width + column) *
                       trial.parameters.weights(channel, (c * window.size + a) * window.size + b);
              }
          y(image, (channel * out.height + down) * out.width + along) = sum;
        }
  return y;
}

/// A hundred shapes of every kind: windows that just fit, padding wider than the window, strides that leave a rest.
std::vector<LayerSpec> many_shapes() {
  std::mt19937 bits(7);
  const auto upto = [&](unsigned most) { return static_cast<Index>(1 + bits() % most); };
  std::vector<LayerSpec> specs;
  while (specs.size() < 100) {
    const Index groups = upto(3);
    const Planes in{groups * upto(3), upto(8), upto(8)};
    const Window window{upto(5), upto(3), upto(5) - 1};
    if (window.places(in.height) < 1 || window.places(in.width) < 1) continue;
    specs.push_back(
        convolution("conv" + std::to_string(specs.size()), in, groups * upto(3), window, groups, bits() % 2 == 0));
  }
  return specs;
}

TEST(Convolution, EqualsItsDefinitionForManyShapes) {
  std::uint32_t seed = 0;
  for (const LayerSpec& spec : many_shapes()) {
    const LayerTrial trial(spec, 3, ++seed);
    const Matrix<double> expected = by_loops(trial);
    EXPECT_LT((trial.forward() - expected).cwiseAbs().maxCoeff(), 1e-12) << spec.name;
    EXPECT_LT((trial.forward(OpaqueProduct(trial.parameters.weights)) - expected).cwiseAbs().maxCoeff(), 1e-12)
        << spec.name;
  }
}

TEST(Convolution, InFloatEqualsTheDefinitionToo) {
  const LayerSpec spec = convolution("conv1", {4, 9, 7}, 6, {3, 2, 1}, 2);
  const LayerTrial trial(spec);
  const Matrix<float> x = trial.x.cast<float>(), weights = trial.parameters.weights.cast<float>();
  const Vector<float> bias = trial.parameters.bias.cast<float>();
  Matrix<float> y(3, spec.outputs);
  const MatrixProduct<float> product{View<const float>(weights)};
  make_layer<float>(spec)->forward(x, y, &product, &bias);
  EXPECT_LT((y.cast<double>() - by_loops(trial)).cwiseAbs().maxCoeff(), 1e-4);
}

TEST(Convolution, OfManyImagesEqualsItsDefinitionAcrossBlocks) {
  LayerTrial trial(convolution("conv1", {8, 24, 24}, 4, {3, 1, 1}, 2), 17);
  ASSERT_GT(17 * trial.spec.out.positions() * trial.spec.groups * trial.spec.weight_inputs(), 1 << 18);
  EXPECT_LT((trial.forward() - by_loops(trial)).cwiseAbs().maxCoeff(), 1e-12);
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
}

TEST(Convolution, ParameterGradientsDoNotNeedTheGradientOfTheInputAndAreAdded) {
  LayerTrial trial(convolution("conv1", {2, 5, 4}, 4, {3, 1, 1}, 2));
  (void)trial.backward();
  const LayerParameters<double> once = trial.gradient;
  EXPECT_EQ(trial.backward(false).rows(), 0);
  EXPECT_TRUE(trial.gradient.weights.isApprox(2 * once.weights, 1e-14));
  EXPECT_TRUE(trial.gradient.bias.isApprox(2 * once.bias, 1e-14));
}

TEST(Convolution, HandsHardwareAllPatchesAtOnceImageGroupAndPositionInOrder) {
  const LayerTrial trial(convolution("conv1", {4, 4, 3}, 2, {2, 1, 0}, 2), 3);
  const OpaqueProduct product(trial.parameters.weights);
  (void)trial.forward(product);
  EXPECT_EQ(product.calls, 1);
  ASSERT_EQ(product.rows.rows(), 3 * 2 * 6);
  ASSERT_EQ(product.rows.cols(), 2 * 4);
  const auto cell = [&](Index image, Index channel, Index row, Index column) {
    return trial.x(image, (channel * 4 + row) * 3 + column);
  };
  const auto row_of = [](Index image, Index group, Index down, Index along) {
    return (image * 2 + group) * 6 + down * 2 + along;
  };
  // The last image, second group, place (2, 1): columns go channel, row, column of the window.
  const auto patch = product.rows.row(row_of(2, 1, 2, 1));
  EXPECT_EQ(patch(0), cell(2, 2, 2, 1));
  EXPECT_EQ(patch(1), cell(2, 2, 2, 2));
  EXPECT_EQ(patch(2), cell(2, 2, 3, 1));
  EXPECT_EQ(patch(4), cell(2, 3, 2, 1));
  EXPECT_EQ(product.rows(row_of(1, 0, 0, 1), 0), cell(1, 0, 0, 1));
}

/// Two matrices, each for its half of the columns: what chips side by side look like.
class TwoChips final : public Product<double> {
 public:
  TwoChips(const Matrix<double>& a, const Matrix<double>& b) : chips_{&a, &b} {}
  void apply(View<const double> x, View<double> y) const override {
    for (Index c = 0; c < 2; ++c)
      y.middle_cols(c * y.cols / 2, y.cols / 2).map() =
          x.middle_cols(c * x.cols / 2, x.cols / 2).map() * chips_[c]->transpose();
  }
  [[nodiscard]] View<const double> backward_weights() const override { throw std::logic_error("not trained"); }

 private:
  const Matrix<double>* chips_[2];
};

TEST(Convolution, RunsChipsSideBySide) {
  const LayerSpec spec = convolution("conv1", {4, 5, 4}, 6, {3, 1, 1}, 2);
  const LayerTrial first(spec, 3, 1), second(spec, 3, 2);
  Matrix<double> x(3, 2 * spec.inputs), y(3, 2 * spec.outputs);
  x << first.x, second.x;
  Vector<double> bias(12);
  bias << first.parameters.bias, second.parameters.bias;
  const TwoChips product(first.parameters.weights, second.parameters.weights);
  first.layer->forward(x, y, &product, &bias);
  EXPECT_LT((y.leftCols(spec.outputs) - by_loops(first)).cwiseAbs().maxCoeff(), 1e-12);
  EXPECT_LT((y.rightCols(spec.outputs) - by_loops(second)).cwiseAbs().maxCoeff(), 1e-12);
}

}  // namespace
}  // namespace ohmcarlo
