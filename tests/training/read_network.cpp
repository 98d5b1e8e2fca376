#include "training/read_network.hpp"

#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "crossbar/noisy_read.hpp"
#include "network/lstm.hpp"
#include "random/stream.hpp"
#include "training/crossbar_training.hpp"

namespace ohmcarlo::read_network_test {
namespace read_network_test {

using synthetic::crossbar;
using synthetic::kNoPoll;

/// Training through arrays once more, from its formulas in double: one layer of weights [outputs, inputs], `a` the
/// largest |sum| of a read and `full_scale` the largest input; seven bits of a weight and of an input's magnitude, and
/// a sign; converters of eight bits.
struct Reference {
  Matrix<double> w;
  double m = 0, a = 0, full_scale = 1;
  std::uint32_t layer = 0;
  ChipKey chip;
  double noise = 1;  ///< factor on the sd of eq. 7

  Reference(const Matrix<float>& weights, double reach, double largest, std::uint32_t number, const ChipKey& reads)
      : m(weights.cwiseAbs().maxCoeff()), a(reach), full_scale(largest), layer(number), chip(reads) {
    w = weights.cast<double>().unaryExpr([&](double value) { return std::nearbyint(127 * value / m); });
  }

  /// sd of a cell's noise in units of a weight code: 127 d(40 |w| / 127 + 4) / 40, d in microsiemens.
  [[nodiscard]] double sd(double code) const {
    const double g = 40 * std::fabs(code) / 127 + 4;
    return noise * 127 * (0.7240 + 0.06184 * g - 0.0006034 * g * g) / 40;
  }

  /// One vector, as position `position` of image `image`. `clear` becomes false if a decision is closer than 1e-4 to
  /// going the other way, which floats may do.
  std::vector<double> operator()(const std::vector<double>& x, std::uint32_t image, Index position, bool& clear) const {
    const auto near_half = [](double v) { return std::fabs(std::fabs(v - std::floor(v)) - 0.5) < 1e-4; };
    const double unit = full_scale / 127, l = a / 127;
    std::vector<int> codes;
    for (const double value : x) {
      clear = clear && !near_half(value / unit);
      codes.push_back(static_cast<int>(std::clamp(std::nearbyint(value / unit), -127.0, 127.0)));
    }
    std::vector<double> y(static_cast<std::size_t>(w.rows()), 0);
    std::vector<float> normals(y.size());
    for (int b = 0; b < 7; ++b) {
      Address address = chip.address;
      address.purpose = Purpose::read_column;
      address.layer = layer;
      address.event =
          (std::uint64_t{image} << 20) + (static_cast<std::uint64_t>(position) << 4) + static_cast<std::uint64_t>(b);
      Stream(chip.key, address).normals(0, normals);
      for (std::size_t j = 0; j < y.size(); ++j) {
        double sum = 0, variance = 0;
        for (std::size_t i = 0; i < x.size(); ++i) {
          if ((std::abs(codes[i]) >> b) % 2 == 0) continue;
          const double code = w(static_cast<Index>(j), static_cast<Index>(i));
          sum += codes[i] < 0 ? -code : code;
          variance += sd(code) * sd(code);
        }
        const double converted = (sum + std::sqrt(variance) * double{normals[j]}) / l;
        clear = clear && (near_half(converted) ? std::fabs(converted) > 128 : true);
        y[j] += std::ldexp(std::clamp(std::nearbyint(converted), -127.0, 127.0), b);
      }
    }
    for (double& value : y) value *= l * m / 127 * unit;
    return y;
  }
};

/// Random values of a network, and scales that some sums and inputs lie beyond.
NetworkState<float> state_of(const NetworkSpec& spec) {
  NetworkState<float> state{initial_parameters(spec, 4, 0), {}};
  const auto layers = static_cast<Index>(state.parameters.size());
  for (std::size_t i = 0; i < state.parameters.size(); ++i) {
    Vector<float>& bias = state.parameters[i].bias;
    Stream(6, {.purpose = Purpose::initialisation, .layer = static_cast<std::uint32_t>(i)})
        .normals(0, {bias.data(), static_cast<std::size_t>(bias.size())});
  }
  state.converters = {Vector<float>(layers), Vector<float>(layers), 8, true};
  for (Index i = 0; i < layers; ++i) {
    state.converters.adc(i) = (1.1F - 0.2F * static_cast<float>(i)) / 127;
    state.converters.dac(i) = -(1.3F - 0.25F * static_cast<float>(i));
  }
  return state;
}

Reference reference(const NetworkState<float>& state, std::uint32_t layer, const ChipKey& chip) {
  const auto i = static_cast<Index>(layer);
  return {state.parameters[layer].weights, 127.0 * 127.0 * double{state.converters.adc(i)},
          -double{state.converters.dac(i)}, layer, chip};
}

const ChipKey kReads{derived_key(9, 8ULL << 48 | 17), {.replica = 2}};

TEST(ReadNetwork, DenseLayersAreThoseOfTheFormulas) {
  const NetworkSpec spec = mlp(12, {}, "relu", 5);
  const NetworkState<float> state = state_of(spec);
  ConverterOptions options;
  options.arrays = crossbar();
  ReadNetwork arrays(spec.weight_layers(), options, state, kReads);
  const Reference formulas = reference(state, 0, kReads);
  Matrix<float> x(200, 12);
  Stream(1, {.purpose = Purpose::initialisation}).normals(0, {x.data(), static_cast<std::size_t>(x.size())});
  x *= 0.7F;
  std::vector<std::uint32_t> numbers(200);
  for (std::uint32_t i = 0; i < 200; ++i) numbers[i] = 1000 + 37 * i;
  Activations<float> activations;
  const Matrix<float> y = Network<float>(spec).forward(x, arrays.pass(numbers, nullptr), activations).map();
  int compared = 0;
  for (Index r = 0; r < 200; ++r) {
    bool clear = true;
    std::vector<double> inputs(12);
    for (Index i = 0; i < 12; ++i) inputs[static_cast<std::size_t>(i)] = double{x(r, i)};
    const std::vector<double> expected = formulas(inputs, numbers[static_cast<std::size_t>(r)], 0, clear);
    if (!clear) continue;
    ++compared;
    for (Index j = 0; j < 5; ++j)
      EXPECT_NEAR(y(r, j), expected[static_cast<std::size_t>(j)] + double{state.parameters[0].bias(j)}, 1e-5);
  }
  EXPECT_GT(compared, 150);
}

double sigmoid(double x) {
  return 1 / (1 + std::exp(-x));
}

// An lstm of three inputs and four units, and a dense layer behind it: images are sequences, positions time steps.
TEST(ReadNetwork, LstmsAreThoseOfTheFormulas) {
  const NetworkSpec spec = build_network({3, 1, 1}, 3, std::vector<std::string>{"lstm 4", "dense classes"});
  const NetworkState<float> state = state_of(spec);
  ConverterOptions options;
  options.arrays = crossbar();
  ReadNetwork arrays(spec.weight_layers(), options, state, kReads);
  const Reference gates = reference(state, 0, kReads), dense = reference(state, 1, kReads);
  const Index steps = 6, count = 40;
  std::vector<Index> lengths;
  std::vector<std::uint32_t> numbers;
  for (Index s = 0; s < count; ++s) {
    lengths.push_back(1 + s % steps);
    numbers.push_back(static_cast<std::uint32_t>(500 - 11 * s));
  }
  const Sequences sequences(lengths, steps);
  Matrix<float> x(count * steps, 3);
  Stream(1, {.purpose = Purpose::initialisation}).normals(0, {x.data(), static_cast<std::size_t>(x.size())});
  PassWeights<float> pass = arrays.pass(numbers, &sequences);
  pass.sequences.sequences = &sequences;
  Activations<float> activations;
  const Matrix<float> y = Network<float>(spec).forward(x, pass, activations).map();
  int compared = 0;
  for (Index s = 0; s < count; ++s) {
    const std::uint32_t number = numbers[static_cast<std::size_t>(s)];
    std::vector<double> h(4, 0), c(4, 0);
    bool recurrent_clear = true;
    for (Index t = 0; t < lengths[static_cast<std::size_t>(s)]; ++t) {
      std::vector<double> inputs;
      for (Index i = 0; i < 3; ++i) inputs.push_back(double{x(sequences.row(s, t), i)});
      inputs.insert(inputs.end(), h.begin(), h.end());
      std::vector<double> sums = gates(inputs, number, t, recurrent_clear);
      for (std::size_t j = 0; j < sums.size(); ++j) sums[j] += double{state.parameters[0].bias(static_cast<Index>(j))};
      for (std::size_t j = 0; j < 4; ++j) {
        c[j] = sigmoid(sums[4 + j]) * c[j] + sigmoid(sums[j]) * std::tanh(sums[8 + j]);
        h[j] = sigmoid(sums[12 + j]) * std::tanh(c[j]);
      }
      bool clear = recurrent_clear;
      const std::vector<double> expected = dense(h, number, t, clear);
      if (!clear) continue;
      ++compared;
      for (Index j = 0; j < 3; ++j)
        EXPECT_NEAR(y(sequences.row(s, t), j),
                    expected[static_cast<std::size_t>(j)] + double{state.parameters[1].bias(j)}, 2e-5)
            << "sequence " << s << ", step " << t;
    }
  }
  EXPECT_GT(compared, 90);
}

// Codes of 24 bits round sums of whole numbers below 2^23 not at all, and without converters nothing does.
TEST(ReadNetwork, WithInfiniteConvertersProductsAreThoseOfWholeNumbers) {
  const NetworkSpec spec = build_network({3, 1, 1}, 3, std::vector<std::string>{"lstm 4", "dense classes"});
  const NetworkState<float> state = state_of(spec);
  const Sequences sequences({5, 3, 4}, 5);
  const std::vector<std::uint32_t> numbers{3, 1, 2};
  Matrix<float> x(7, 7);
  Stream(1, {.purpose = Purpose::initialisation}).normals(0, {x.data(), static_cast<std::size_t>(x.size())});
  const double full_scale = -double{state.converters.dac(0)}, m = state.parameters[0].weights.cwiseAbs().maxCoeff();
  for (const Mapping mapping : {Mapping::sign_magnitude, Mapping::one_sided})
    for (const bool serial : {true, false}) {
      ConverterOptions options;
      options.arrays = crossbar(false);
      options.arrays.format.mapping = mapping;
      options.arrays.dac.coding.read_bits = serial ? 1 : 0;
      options.arrays.adc.bits = 0;
      ReadNetwork arrays(spec.weight_layers(), options, state, kReads);
      const PassWeights<float> pass = arrays.pass(numbers, &sequences);
      Matrix<float> y(3, 16);
      pass.products[0]->apply(View<const float>(x).middle_rows(0, 3), y);
      for (Index r = 0; r < 3; ++r)
        for (Index j = 0; j < 16; ++j) {
          std::int64_t sum = 0;
          for (Index i = 0; i < 7; ++i)
            sum += static_cast<std::int64_t>(
                       std::clamp(std::nearbyint(double{x(r, i)} * 127 / full_scale), -127.0, 127.0)) *
                   static_cast<std::int64_t>(std::nearbyint(double{state.parameters[0].weights(j, i)} * 127 / m));
          // Whole numbers, told apart after division by the unit.
          EXPECT_NEAR(double{y(r, j)} / (m / 127 * full_scale / 127), static_cast<double>(sum),
                      1e-6 * std::fabs(static_cast<double>(sum)) + 1e-9);
        }
    }
}

// Alone, in a batch, and in another order: the same rows, of images and of sequences.
TEST(ReadNetwork, ASampleHasTheSameBitsInAnyBatch) {
  const SampleSet set = small::sequences(30, true);
  for (const bool recurrent : {false, true}) {
    const NetworkSpec spec = recurrent ? small::recurrent(true) : synthetic::kSpec;
    const SampleSet& samples = recurrent ? set : synthetic::images();
    const InputScaling scaling = recurrent ? small::kFeatureScaling : InputScaling{};
    const Network<float> network(spec);
    const NetworkState<float> state = state_of(spec);
    ConverterOptions options;
    options.arrays = crossbar();
    const auto logits = [&](const std::vector<std::uint32_t>& which, std::vector<std::uint32_t> names = {}) {
      const synthetic::NamedBatch named(samples, scaling, which, std::move(names));
      ReadNetwork arrays(spec.weight_layers(), options, state, kReads);
      PassWeights<float> pass = arrays.pass(named.numbers, named.batch.sequences_or_null());
      pass.sequences.sequences = named.batch.sequences_or_null();
      Activations<float> activations;
      const Matrix<float> all = network.forward(named.batch.x, pass, activations).map();
      std::vector<Matrix<float>> each;
      for (Index s = 0; s < std::ssize(which); ++s)
        each.push_back(recurrent ? Matrix<float>(all.middleRows(named.batch.sequences->row(s, 0),
                                                                named.batch.sequences->length(s)))
                                 : Matrix<float>(all.row(s)));
      return each;
    };
    const std::vector<std::uint32_t> which{3, 6, 12, 20, 5, 19};
    const auto together = logits(which), backwards = logits({19, 5, 20, 12, 6, 3});
    for (std::size_t s = 0; s < which.size(); ++s) {
      EXPECT_EQ(together[s], logits({which[s]}).front());
      EXPECT_EQ(together[s], backwards[which.size() - 1 - s]);
      EXPECT_NE(together[s], logits({which[s]}, {which[s] + 1}).front()) << "another number, other noise";
    }
  }
}

TEST(ReadNetwork, BackwardsItIsTheFloatNetwork) {
  const NetworkSpec spec = mlp(12, {}, "relu", 5);
  const NetworkState<float> state = state_of(spec);
  ConverterOptions options;
  options.arrays = crossbar();
  ReadNetwork arrays(spec.weight_layers(), options, state, kReads);
  const std::vector<std::uint32_t> numbers{4};
  const PassWeights<float> pass = arrays.pass(numbers, nullptr);
  EXPECT_FALSE(pass.products[0]->has_own_backward());
  EXPECT_FALSE(pass.products[0]->plain());
  EXPECT_EQ(pass.products[0]->backward_weights().map(), state.parameters[0].weights);
}

/// Scales of a network of which the first layer alone has seen inputs: the sums that one read can have.
TEST(WidenConverters, ReachesTheLargestSumOfARead) {
  const NetworkSpec spec = mlp(36, {}, "relu", 3);
  for (const bool positive : {false, true}) {
    NetworkState<float> state{initial_parameters(spec, 4, 0), {}};
    ConverterOptions options;
    options.arrays = crossbar();
    options.arrays.adc.positive = positive;
    state.converters = {Vector<float>::Zero(1), Vector<float>::Zero(1), 8, true};
    widen_converters(spec, options, synthetic::images(), {}, state, kNoPoll);
    EXPECT_EQ(state.converters.dac(0), 1) << "pixels of 255, without a sign";
    const double m = state.parameters[0].weights.cwiseAbs().maxCoeff();
    double largest = 0;
    for (std::size_t image = 0; image < synthetic::images().count(); ++image)
      for (int bit = 0; bit < 8; ++bit)
        for (Index j = 0; j < 3; ++j) {
          double sum = 0;
          for (std::size_t i = 0; i < 36; ++i)
            if ((synthetic::images().pixels(image)[i] >> bit) % 2 != 0)
              sum += std::nearbyint(127 * double{state.parameters[0].weights(j, static_cast<Index>(i))} / m);
          largest = std::max(largest, positive ? sum : std::fabs(sum));
        }
    EXPECT_FLOAT_EQ(state.converters.adc(0), static_cast<float>(largest / 127 / 127)) << positive;
    // Again, and with smaller weights: nothing moves. With one that is larger than the others, sums are smaller.
    const ConverterScales<float> first = state.converters;
    widen_converters(spec, options, synthetic::images(), {}, state, kNoPoll);
    EXPECT_EQ(state.converters.adc, first.adc);
    state.parameters[0].weights(0, 0) *= 100;
    widen_converters(spec, options, synthetic::images(), {}, state, kNoPoll);
    EXPECT_EQ(state.converters.adc, first.adc);
    // Weights that are all alike have the largest sums there are.
    state.parameters[0].weights.setOnes();
    widen_converters(spec, options, synthetic::images(), {}, state, kNoPoll);
    EXPECT_GT(state.converters.adc(0), 2 * first.adc(0));
  }
}

TEST(WidenConverters, InputsThatCanBeNegativeHaveASign) {
  const SampleSet set = small::sequences(30, true);
  const NetworkSpec spec = small::recurrent(true);
  NetworkState<float> state{initial_parameters(spec, 4, 0), {}};
  ConverterOptions options;
  options.arrays = crossbar();
  options.arrays.ideal_layers = {-1};
  state.converters = {Vector<float>::Zero(3), Vector<float>::Zero(3), 8, true};
  widen_converters(spec, options, set, small::kFeatureScaling, state, kNoPoll);
  float largest = 1;  // states stay below
  for (std::uint32_t i = 0; i < set.count(); ++i) {
    std::vector<float> frames(set.inputs(i));
    fill_row(set, i, small::kFeatureScaling, frames.data());
    for (const float value : frames) largest = std::max(largest, std::fabs(value));
  }
  EXPECT_EQ(state.converters.dac(0), -largest);
  EXPECT_LT(state.converters.dac(1), 0);
  EXPECT_GT(state.converters.adc(1), 0);
  EXPECT_EQ(state.converters.adc(2), 0) << "an ideal layer";
  EXPECT_EQ(state.converters.dac(2), 0);
}

}  // namespace read_network_test
}  // namespace ohmcarlo::read_network_test
