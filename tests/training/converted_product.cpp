#include "training/converted_product.hpp"

#include <random>

#include <gtest/gtest.h>

#include "training/converter_reference.hpp"

namespace ohmcarlo {
namespace converted_product_test {

Matrix<float> random_numbers(std::mt19937& bits, Index rows, Index cols, double low, double high) {
  Matrix<float> numbers(rows, cols);
  for (Index i = 0; i < rows * cols; ++i)
    numbers.data()[i] = static_cast<float>(low + (high - low) * (bits() * 0x1p-32));
  return numbers;
}

struct Shape {
  int weight_bits, cell_bits, input_bits;
  bool serial;
  double g_min;
  Index tile_rows;
  int adc_bits;
  double scale;  ///< of the converters: a third of what the largest sums want closes many gates
};

/// 37 inputs, 6 outputs.
ConverterCase case_of(const Shape& shape, Index count = 24, std::uint32_t seed = 1) {
  std::mt19937 bits(seed);
  ConverterCase made;
  made.arrays.format = {Mapping::one_sided, shape.weight_bits, shape.cell_bits};
  made.arrays.cells.range = {shape.g_min, 1e-4, made.arrays.format.top()};
  made.arrays.tile_rows = shape.tile_rows;
  made.arrays.dac.coding = {shape.input_bits, shape.serial ? 1 : 0, InputEncoding::unsigned_, 1};
  made.arrays.adc.bits = shape.adc_bits;
  made.arrays.adc.range = RangeKind::trained;
  made.arrays.adc.differential = false;
  made.training.arrays = made.arrays;
  made.training.noise = false;
  made.training.concrete.bits = shape.adc_bits;
  made.training.concrete.draws = false;
  made.scale = {shape.scale, 0.93};
  made.positions = count % 3 == 0 ? 3 : 1;
  made.weights = random_numbers(bits, 6, 37, -1.1, 0.9);
  made.x = random_numbers(bits, count, 37, -0.2, 1.1).cwiseMax(0.0F);  // some beyond the full scale, some 0
  made.grad_y = random_numbers(bits, count, 6, -1, 1);
  for (Index i = 0; i < count / made.positions; ++i) made.images.push_back(static_cast<std::uint32_t>(17 * i + 5));
  return made;
}

void set_noise(ConverterCase& made, double sd, double on_sd, double off_sd) {
  made.training.noise = made.training.concrete.draws = true;
  made.arrays.adc.noise = made.training.arrays.adc.noise = {AdcNoiseLaw::logistic, sd, on_sd, off_sd};
}

const Shape kSerial{2, 1, 2, true, 1.3e-5, 16, 3, 0.61};
const Shape kParallel{3, 0, 3, false, 0, 16, 4, 0.2};
const Shape kWhole{1, 1, 4, true, 0, 0, 4, 0.37};
const Shape kShapes[] = {
    kSerial, kParallel, kWhole, {4, 2, 3, true, 2.3e-5, 9, 4, 0.13}, {2, 1, 2, false, 3.1e-5, 12, 2, 0.97}};

/// The gradients of a product, those of weights added to `before`.
struct Gradients {
  Matrix<float> y, by_x, by_weights;
  double by_log_scale;

  explicit Gradients(const ConverterCase& of, float before = 0)
      : y(of.x.rows(), of.weights.rows()),
        by_x(of.x.rows(), of.x.cols()),
        by_weights(Matrix<float>::Constant(of.weights.rows(), of.weights.cols(), before)) {
    const ConvertedProduct product = of.product();
    product.apply(of.x, y);
    product.backward(of.x, of.grad_y, by_x, by_weights);
    by_log_scale = product.scale_gradient();
  }
};

/// Sets the rows that rounding may decide in either way to what cannot matter.
void leave_out_unclear(ConverterCase& made) {
  const ConverterReference first(made);
  Index unclear = 0;
  for (Index row = 0; row < made.x.rows(); ++row)
    if (!first.clear[static_cast<std::size_t>(row)]) {
      made.grad_y.row(row).setZero();
      ++unclear;
    }
  ASSERT_LE(unclear, made.x.rows() / 4);
}

void expect_reference(const ConverterCase& made, double tolerance) {
  const ConverterReference reference(made);
  const Gradients found(made);
  const double y_size = reference.y.cwiseAbs().maxCoeff();
  for (Index row = 0; row < made.x.rows(); ++row) {
    if (!reference.clear[static_cast<std::size_t>(row)]) continue;
    for (Index j = 0; j < reference.y.cols(); ++j)
      EXPECT_NEAR(double{found.y(row, j)}, reference.y(row, j), tolerance * y_size) << row << ", " << j;
  }
  const double dw_size = reference.by_weights.cwiseAbs().maxCoeff(), dx_size = reference.by_x.cwiseAbs().maxCoeff();
  ASSERT_GT(dw_size, 0);
  ASSERT_GT(dx_size, 0);
  EXPECT_LT((found.by_weights.cast<double>() - reference.by_weights).cwiseAbs().maxCoeff(), tolerance * dw_size);
  EXPECT_LT((found.by_x.cast<double>() - reference.by_x).cwiseAbs().maxCoeff(), tolerance * dx_size);
  EXPECT_NEAR(found.by_log_scale, reference.by_log_scale, tolerance * reference.log_scale_terms);
}

class Rounded : public testing::TestWithParam<int> {};

TEST_P(Rounded, WithoutNoiseEqualsTheFormulas) {
  ConverterCase made = case_of(kShapes[GetParam()]);
  leave_out_unclear(made);
  expect_reference(made, 1e-5);
  const ConverterReference reference(made);
  EXPECT_GT(reference.closed, reference.conversions / 50) << "gates that are closed are tested, too";
  EXPECT_LT(reference.closed, reference.conversions / 2);
}

TEST_P(Rounded, WithNoiseEqualsTheFormulas) {
  ConverterCase made = case_of(kShapes[GetParam()]);
  set_noise(made, 0.4, 0.1, 0.05);
  leave_out_unclear(made);
  expect_reference(made, 1e-5);
}

INSTANTIATE_TEST_SUITE_P(Shapes, Rounded, testing::Range(0, 5));

class Relaxed : public testing::TestWithParam<std::tuple<int, ConcreteScale, bool>> {};

TEST_P(Relaxed, EqualsConversionsOneByOneWithTheDrawsOfTheirAddresses) {
  const auto [shape, scale, draws] = GetParam();
  ConverterCase made = case_of(kShapes[shape], 9);
  set_noise(made, 0.3, 0.08, 0.04);
  made.form = ConversionForm::relaxed;
  made.training.noise = made.training.concrete.draws = draws;
  made.training.scale = scale;
  made.training.given_scale = 0.25;
  expect_reference(made, 1e-4);
  made.training.concrete.temperature = 0.5;
  made.training.concrete.tails = ConcreteTails::clip;
  expect_reference(made, 1e-4);
}

INSTANTIATE_TEST_SUITE_P(All, Relaxed,
                         testing::Combine(testing::Range(0, 5),
                                          testing::Values(ConcreteScale::tested, ConcreteScale::margin,
                                                          ConcreteScale::given),
                                          testing::Bool()));

// Products of the way back are made for a few rows at a time.
TEST(ConvertedProduct, GradientsOfManyRowsEqualTheFormulas) {
  ConverterCase made = case_of(kSerial, 300);
  leave_out_unclear(made);
  expect_reference(made, 2e-5);
}

TEST(ConvertedProduct, GradientsOfWeightsAreAddedAndThoseOfEarlierBatchesStay) {
  const ConverterCase made = case_of(kSerial, 12);
  const Gradients from_zero(made), from_three(made, 3);
  EXPECT_TRUE(from_three.by_weights.isApprox((from_zero.by_weights.array() + 3).matrix(), 1e-5F));
  EXPECT_EQ(from_three.by_x, from_zero.by_x);
  const ConvertedProduct product = made.product();
  Matrix<float> y(12, 6), none, by_weights = Matrix<float>::Zero(6, 37);
  for (int batch = 1; batch <= 2; ++batch) {
    product.apply(made.x, y);
    product.backward(made.x, made.grad_y, none, by_weights);
    EXPECT_NEAR(product.scale_gradient(), batch * from_zero.by_log_scale, 1e-9);
  }
  EXPECT_TRUE(by_weights.isApprox(2 * from_zero.by_weights, 1e-5F));
}

// With fine converters whose range holds every sum the way back is that of the product of the weights as stored and of
// the inputs as applied, but for inputs beyond their full scale.
TEST(ConvertedProduct, OpenGatesGiveThePlainProducts) {
  for (const bool serial : {true, false}) {
    ConverterCase made = case_of({2, 1, 6, serial, 1e-5, 16, 12, 0.01});
    const ConverterReference reference(made);
    ASSERT_EQ(reference.closed, 0);
    const Gradients found(made);
    Matrix<double> stored(6, 37), applied = made.x.cast<double>();
    for (Index j = 0; j < 6; ++j)
      for (Index i = 0; i < 37; ++i) stored(j, i) = reference.stored_weight(j, i);
    const double unit = made.scale.dac / 63;
    applied = (applied / unit).array().rint().cwiseMin(63.0) * unit;
    const Matrix<double> grad = made.grad_y.cast<double>();
    Matrix<double> by_x = grad * stored;
    for (Index i = 0; i < by_x.size(); ++i)
      if (made.x.data()[i] > 0.93F) by_x.data()[i] = 0;
    EXPECT_TRUE(found.by_weights.cast<double>().isApprox(grad.transpose() * applied, 1e-5));
    EXPECT_TRUE(found.by_x.cast<double>().isApprox(by_x, 1e-5));
    EXPECT_TRUE(found.y.cast<double>().isApprox(applied * stored.transpose(), 1e-2));
  }
}

TEST(ConvertedProduct, IdealOnesAreTheProductOfTheWeightsAsStored) {
  ConverterCase made = case_of(kWhole);
  made.form = ConversionForm::ideal;
  made.arrays = options_of_layer(
      [&] {
        ArrayOptions options = made.arrays;
        options.ideal_layers = {1};
        return options;
      }(),
      0, 3);
  made.x = made.x.array() - 0.5F;
  made.scale = {};
  const Gradients found(made);
  const ConvertedProduct product = made.product();
  EXPECT_FALSE(product.has_own_backward());
  const Matrix<float> stored = product.backward_weights().map();
  EXPECT_TRUE(found.y.isApprox(made.x * stored.transpose(), 1e-5F));
  EXPECT_TRUE(found.by_weights.isApprox(made.grad_y.transpose() * made.x, 1e-5F));
  EXPECT_TRUE(found.by_x.isApprox(made.grad_y * stored, 1e-5F));
  EXPECT_EQ(found.by_log_scale, 0);
}

/// y of a batch of these images of `made`, in this order.
Matrix<float> outputs_of(const ConverterCase& made, const std::vector<Index>& chosen) {
  ConverterCase part = made;
  part.images.clear();
  part.x.resize(static_cast<Index>(chosen.size()) * made.positions, made.x.cols());
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    part.images.push_back(made.images[static_cast<std::size_t>(chosen[i])]);
    part.x.middleRows(static_cast<Index>(i) * made.positions, made.positions) =
        made.x.middleRows(chosen[i] * made.positions, made.positions);
  }
  Matrix<float> y(part.x.rows(), part.weights.rows());
  part.product(false).apply(part.x, y);
  return y;
}

TEST(ConvertedProduct, AnImageHasTheSameBitsInAnyBatch) {
  for (const ConversionForm form : {ConversionForm::rounded, ConversionForm::relaxed})
    for (const ConcreteScale scale : {ConcreteScale::tested, ConcreteScale::margin}) {
      ConverterCase made = case_of(kSerial, 150);
      set_noise(made, 0.3, 0.1, 0.05);
      made.form = form;
      made.training.scale = scale;
      Matrix<float> y(150, 6);
      made.product(true).apply(made.x, y);
      const std::vector<Index> chosen{49, 3, 0, 17};
      const Matrix<float> part = outputs_of(made, chosen);
      for (std::size_t i = 0; i < chosen.size(); ++i)
        EXPECT_EQ(part.middleRows(static_cast<Index>(i) * 3, 3), y.middleRows(chosen[i] * 3, 3)) << chosen[i];
      made.images[3] = 900000;  // another name, other draws
      EXPECT_NE(outputs_of(made, {3}), y.middleRows(9, 3));
    }
}

TEST(ConvertedProduct, OnlyTheBatchThatWasAppliedLastGoesBack) {
  const ConverterCase made = case_of(kSerial, 12);
  Matrix<float> y(12, 6), none, by_weights = Matrix<float>::Zero(6, 37);
  const ConvertedProduct never = made.product(), without = made.product(false);
  EXPECT_THROW(never.backward(made.x, made.grad_y, none, by_weights), std::logic_error);
  without.apply(made.x, y);
  EXPECT_THROW(without.backward(made.x, made.grad_y, none, by_weights), std::logic_error);
}

TEST(ConvertedProduct, IsForSingleLinesOfPairsOnly) {
  ConverterCase made = case_of(kSerial, 12);
  made.arrays.adc.differential = true;
  EXPECT_THROW((void)made.product(), std::logic_error);
  made.arrays.adc.differential = false;
  made.arrays.format.mapping = Mapping::offset;
  EXPECT_THROW((void)made.product(), std::logic_error);
}

// Groups of one layer against a layer of its own for each: with the same largest weight they have the same codes.
TEST(ConvertedProduct, OfGroupsGoesForwardsAndBackwardsLikeOneForEachGroup) {
  for (const ConversionForm form : {ConversionForm::rounded, ConversionForm::relaxed, ConversionForm::ideal}) {
    std::vector<ConverterCase> of;
    for (const std::uint32_t seed : {1U, 2U}) {
      of.push_back(case_of(kSerial, 24, seed));
      of.back().weights(2, 5) = 1.3F;
    }
    of[1].images = of[0].images;
    Matrix<float> weights(12, 37);
    weights << of[0].weights, of[1].weights;
    const ConvertedProduct product(of[0].arrays, of[0].training, form, weights, of[0].scale, of[0].chip, of[0].images,
                                   true, 2);
    Matrix<float> by_weights = Matrix<float>::Zero(12, 37);
    double scale_gradient = 0;
    std::vector<Matrix<float>> y(2, Matrix<float>(24, 6)), by_x(2, Matrix<float>(24, 37));
    for (const Index group : {0, 1})
      product.apply(of[static_cast<std::size_t>(group)].x, y[static_cast<std::size_t>(group)], group);
    for (const Index group : {1, 0}) {
      const auto g = static_cast<std::size_t>(group);
      product.backward(of[g].x, of[g].grad_y, by_x[g], View<float>(by_weights).middle_rows(group * 6, 6), group);
    }
    for (std::size_t g = 0; g < 2; ++g) {
      const ConvertedProduct alone(of[g].arrays, of[g].training, form, of[g].weights, of[g].scale, of[g].chip,
                                   of[g].images, true);
      Matrix<float> expected(24, 6), expected_by_x(24, 37), expected_by_weights = Matrix<float>::Zero(6, 37);
      alone.apply(of[g].x, expected);
      alone.backward(of[g].x, of[g].grad_y, expected_by_x, expected_by_weights);
      EXPECT_EQ(y[g], expected) << g;
      EXPECT_EQ(by_x[g], expected_by_x) << g;
      EXPECT_EQ(by_weights.middleRows(static_cast<Index>(g) * 6, 6), expected_by_weights) << g;
      scale_gradient += alone.scale_gradient();
    }
    EXPECT_NEAR(product.scale_gradient(), scale_gradient, 1e-9 * std::fabs(scale_gradient));
  }
}

TEST(ConvertedProduct, OfGroupsDrawsForEveryGroupAnew) {
  for (const ConversionForm form : {ConversionForm::rounded, ConversionForm::relaxed}) {
    ConverterCase of = case_of(kSerial);
    set_noise(of, 0.4, 0, 0);
    Matrix<float> weights(12, 37), y[2] = {Matrix<float>(24, 6), Matrix<float>(24, 6)};
    weights << of.weights, of.weights;
    const ConvertedProduct product(of.arrays, of.training, form, weights, of.scale, of.chip, of.images, false, 2);
    for (const Index group : {0, 1}) product.apply(of.x, y[group], group);
    EXPECT_NE(y[0], y[1]);
  }
}

}  // namespace converted_product_test
}  // namespace ohmcarlo
