#include "linalg/convolution.hpp"

#include <gtest/gtest.h>

#include "linalg/random_matrices.hpp"

namespace ohmcarlo {
namespace convolution_test {

/// 3 and more channels, groups, strides that leave cells unused, windows larger than the padding allows to centre.
const ConvolutionShape kShapes[] = {
    {1, 3, 9, 7, 16, 9, 7, 3, 1, 1},  {1, 16, 8, 8, 24, 4, 4, 3, 2, 1}, {1, 5, 6, 6, 7, 6, 6, 1, 1, 0},
    {1, 1, 12, 10, 6, 8, 6, 5, 1, 0}, {2, 8, 6, 5, 6, 3, 3, 3, 2, 1},   {8, 8, 5, 5, 8, 5, 5, 3, 1, 1},
    {4, 32, 4, 4, 64, 4, 4, 3, 1, 1}, {1, 4, 8, 8, 8, 4, 4, 1, 2, 0},
};

Index inputs(const ConvolutionShape& s) {
  return s.in_channels * s.in_height * s.in_width;
}
Index outputs(const ConvolutionShape& s) {
  return s.out_channels * s.out_height * s.out_width;
}

/// Calls visit(y column, x column, weight row, weight column) for every multiplication of one image.
template <class Visit>
void for_each_term(const ConvolutionShape& s, const Visit& visit) {
  const Index group_in = s.in_channels / s.groups, group_out = s.out_channels / s.groups;
  for (Index o = 0; o < s.out_channels; ++o)
    for (Index r = 0; r < s.out_height; ++r)
      for (Index c = 0; c < s.out_width; ++c)
        for (Index i = 0; i < group_in; ++i)
          for (Index dr = 0; dr < s.size.rows; ++dr)
            for (Index dc = 0; dc < s.size.columns; ++dc) {
              const Index row = r * s.stride.rows + dr - s.padding.rows,
                          column = c * s.stride.columns + dc - s.padding.columns;
              if (row < 0 || row >= s.in_height || column < 0 || column >= s.in_width) continue;
              const Index channel = o / group_out * group_in + i;
              visit((o * s.out_height + r) * s.out_width + c, (channel * s.in_height + row) * s.in_width + column, o,
                    (i * s.size.rows + dr) * s.size.columns + dc);
            }
}

struct Case {
  explicit Case(const ConvolutionShape& s, Index images)
      : shape(s),
        x(random_matrix<float>(images, inputs(s), 1)),
        weights(random_matrix<float>(s.out_channels, s.in_channels / s.groups * s.size.rows * s.size.columns, 2)),
        bias(random_matrix<float>(1, s.out_channels, 3)),
        grad_y(random_matrix<float>(images, outputs(s), 4)) {}
  ConvolutionShape shape;
  Matrix<float> x, weights, bias, grad_y;
};

TEST(Convolve, IsTheSumOverTheWindow) {
  for (const ConvolutionShape& shape : kShapes)
    for (const Index images : {1, 8, 11}) {
      const Case c(shape, images);
      Matrix<double> expected(images, outputs(shape));
      for (Index j = 0; j < expected.cols(); ++j)
        expected.col(j).setConstant(c.bias(0, j / (shape.out_height * shape.out_width)));
      for_each_term(shape, [&](Index y, Index x, Index o, Index k) {
        expected.col(y) += c.x.col(x).cast<double>() * double{c.weights(o, k)};
      });
      Matrix<float> y(images, outputs(shape));
      convolve(shape, c.x, c.weights, c.bias, y);
      EXPECT_LT((y.cast<double>() - expected).cwiseAbs().maxCoeff(), 1e-4);
    }
}

TEST(Convolve, GivesAnImageTheSameBitsWhateverItsNeighboursAndPlace) {
  for (const ConvolutionShape& shape : kShapes) {
    const Case c(shape, 21);
    Matrix<float> all(21, outputs(shape)), alone(1, outputs(shape)), wide(21, outputs(shape) + 5);
    convolve(shape, c.x, c.weights, c.bias, all);
    for (const Index image : {0, 7, 20}) {
      convolve(shape, View<const float>(c.x).middle_rows(image, 1), c.weights, c.bias, alone);
      EXPECT_EQ(alone.row(0), all.row(image));
    }
    convolve(shape, c.x, c.weights, c.bias, View<float>(wide).middle_cols(2, outputs(shape)));
    EXPECT_EQ(wide.middleCols(2, outputs(shape)), all);
  }
}

TEST(Convolve, GradientsAreThoseOfTheSum) {
  for (const ConvolutionShape& shape : kShapes)
    for (const Index images : {1, 35}) {
      const Case c(shape, images);
      Matrix<double> x = Matrix<double>::Zero(images, inputs(shape));
      Matrix<double> weights = Matrix<double>::Constant(c.weights.rows(), c.weights.cols(), 0.5);
      for_each_term(shape, [&](Index to, Index from, Index o, Index k) {
        x.col(from) += c.grad_y.col(to).cast<double>() * double{c.weights(o, k)};
        weights(o, k) += c.x.col(from).cast<double>().dot(c.grad_y.col(to).cast<double>());
      });
      Matrix<float> grad_x(images, inputs(shape));
      Matrix<float> grad_weights = Matrix<float>::Constant(weights.rows(), weights.cols(), 0.5F);  // is added to
      convolve_backward(shape, c.grad_y, c.weights, grad_x);
      add_weight_gradient(shape, c.x, c.grad_y, grad_weights);
      EXPECT_LT((grad_x.cast<double>() - x).cwiseAbs().maxCoeff(), 1e-4);
      EXPECT_LT((grad_weights.cast<double>() - weights).cwiseAbs().maxCoeff(), 1e-3);
    }
}

TEST(Convolve, RefusesSizesThatDisagree) {
  const Case c(kShapes[0], 2);
  Matrix<float> y(2, outputs(kShapes[0]) + 1);
  EXPECT_THROW(convolve(kShapes[0], c.x, c.weights, c.bias, y), std::logic_error);
  EXPECT_THROW(convolve_backward(kShapes[0], y, c.weights, y), std::logic_error);
  EXPECT_THROW(add_weight_gradient(kShapes[0], c.x, y, y), std::logic_error);
}

}  // namespace convolution_test
}  // namespace ohmcarlo
