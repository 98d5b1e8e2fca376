// Functions of every value with numbers of their own.

#include "network/layer_trial.hpp"

namespace ohmcarlo {
namespace curves_test {

double at(double x, Curve which, double a = 0, double b = 0) {
  gradients::LayerTrial trial(curve(which, "curve1", {1, 1, 1}, a, b), 1);
  trial.x << x;
  return trial.forward()(0, 0);
}

// Expected numbers: python's math module (erf, expm1, log1p).
TEST(Curves, GiveKnownNumbers) {
  EXPECT_EQ(at(-2, Curve::leaky_relu, 0.25), -0.5);
  EXPECT_EQ(at(3, Curve::leaky_relu, 0.25), 3);
  EXPECT_EQ(at(9, Curve::clip, -1, 6), 6);
  EXPECT_EQ(at(-2, Curve::clip, -1, 6), -1);
  EXPECT_NEAR(at(-1, Curve::elu, 2), -1.2642411176571153, 1e-15);
  EXPECT_NEAR(at(-1, Curve::selu, 1.67326319, 1.05070098), -1.1113306952604503, 1e-14);
  EXPECT_NEAR(at(2, Curve::selu, 1.67326319, 1.05070098), 2.10140196, 1e-15);
  EXPECT_EQ(at(1, Curve::hard_sigmoid, 0.25, 0.5), 0.75);
  EXPECT_EQ(at(9, Curve::hard_sigmoid, 0.25, 0.5), 1);
  EXPECT_NEAR(at(1, Curve::hard_swish), 2.0 / 3, 1e-15);
  EXPECT_EQ(at(-4, Curve::hard_swish), 0);
  EXPECT_NEAR(at(1, Curve::gelu), 0.8413447460685429, 1e-15);
  EXPECT_NEAR(at(1, Curve::tanh_gelu), 0.8411919906082768, 1e-15);
  EXPECT_NEAR(at(-1, Curve::softplus), 0.31326168751822286, 1e-15);
  EXPECT_NEAR(at(800, Curve::softplus), 800, 1e-12);
  EXPECT_NEAR(at(-3, Curve::softsign), -0.75, 1e-15);
  EXPECT_NEAR(at(0.5, Curve::erf), 0.5204998778130465, 1e-15);
}

TEST(Curves, HaveTheirDerivatives) {
  const Planes in{2, 3, 2};
  gradients::LayerTrial(curve(Curve::leaky_relu, "curve1", in, 0.1)).expect_gradients();
  gradients::LayerTrial(curve(Curve::clip, "curve1", in, -0.01, 2)).expect_gradients();
  gradients::LayerTrial(curve(Curve::elu, "curve1", in, 0.7)).expect_gradients();
  gradients::LayerTrial(curve(Curve::selu, "curve1", in, 1.6, 1.05)).expect_gradients();
  gradients::LayerTrial(curve(Curve::hard_sigmoid, "curve1", in, 0.2, 0.5)).expect_gradients();
  for (const Curve which :
       {Curve::hard_swish, Curve::gelu, Curve::tanh_gelu, Curve::softplus, Curve::softsign, Curve::erf})
    gradients::LayerTrial(curve(which, "curve1", in)).expect_gradients();
}

}  // namespace curves_test
}  // namespace ohmcarlo
