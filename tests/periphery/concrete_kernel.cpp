#include "periphery/concrete_kernel.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include "base/error.hpp"
#include "periphery/concrete.hpp"
#include "periphery/ste.hpp"
#include "random/kernels.hpp"

namespace ohmcarlo {
namespace concrete_kernel_test {

const Stream kStream(7, {.purpose = Purpose::adc, .layer = 2, .event = 5});
constexpr std::uint64_t kStride = 1024;

struct Conversions {
  std::vector<float> value, by_x, by_a;
  bool operator==(const Conversions&) const = default;
};

Conversions converted(const ConcreteOptions& options, double a, std::span<const float> scale, std::span<const float> x,
                      std::uint64_t first = 0) {
  Conversions c;
  for (std::vector<float>* each : {&c.value, &c.by_x, &c.by_a}) each->resize(x.size(), std::nanf(""));
  convert_concrete(options, a, scale, kStream, first, kStride, x, c.value, c.by_x, c.by_a);
  return c;
}

/// The draws of conversion j, in double, word by word.
std::vector<double> gumbels(const ConcreteOptions& options, std::uint64_t j) {
  std::vector<double> draws(options.draws ? std::size_t{1} << options.bits : 0);
  for (std::size_t i = 0; i < draws.size(); ++i) {
    std::uint32_t word = 0;
    kStream.words(i * kStride + j, {&word, 1});
    draws[i] = gumbel_from_word(word);
  }
  return draws;
}

/// Numbers from two steps below to two steps above the range, and two far outside.
std::vector<float> numbers(int bits, double a, int count) {
  const int levels = 1 << bits;
  std::vector<float> x = {static_cast<float>(-5 * a * levels), static_cast<float>(6 * a * levels)};
  for (int i = 0; i <= count; ++i) x.push_back(static_cast<float>(a * (-2 + (levels + 3.0) * i / count)));
  return x;
}

/// The largest differences from conversions in double, in what the results vary by: for values that is a, for by_x
/// a / (s temperature), for by_a as many times that as there are levels.
struct Errors {
  double value = 0, by_x = 0, by_a = 0;
  int apart = 0;  ///< straight-through levels that differ
};

Errors errors(const ConcreteOptions& options, double a, float s) {
  const std::vector<float> x = numbers(options.bits, a, options.bits > 4 ? 60 : 300);
  const Conversions single = converted(options, a, {&s, 1}, x);
  const double unit = std::max(1.0, a / (s * options.temperature));
  Errors worst;
  for (std::size_t j = 0; j < x.size(); ++j) {
    const ConcreteValue exact = concrete_value(options, x[j], a, s, gumbels(options, j));
    if (std::isnan(single.value[j] + single.by_x[j] + single.by_a[j])) worst.value = 1e300;
    const double off = std::fabs(single.value[j] - exact.value) / a;
    if (options.straight_through) {
      worst.apart += off > 0.5;
    } else {
      worst.value = std::max(worst.value, off);
    }
    worst.by_x = std::max(worst.by_x, std::fabs(single.by_x[j] - exact.by_x) / unit);
    worst.by_a = std::max(worst.by_a, std::fabs(single.by_a[j] - exact.by_a) / (unit * (1 << options.bits)));
  }
  return worst;
}

/// Rounding, which grows with the number of levels that noise reaches (s/a up to 20) and with 1 / temperature, and with
/// draws the levels left out, which count where their draw is large. At 4 bits and temperatures from 0.1: 6e-5.
double bound(const ConcreteOptions& options) {
  const double levels = 1 << options.bits;
  const double rounding = (5e-6 + 2e-7 * levels * levels) * std::max(1.0, 0.1 / options.temperature);
  return rounding + (options.draws ? 1e-4 : 0);
}

TEST(ConcreteKernel, AgreesWithConversionsInDouble) {
  const double a = 0.7F;
  for (const int bits : {1, 2, 4, 8}) {
    for (const double temperature : {1.0, 0.5, 0.1, 0.01, 2.0}) {
      for (const ConcreteTails tails : {ConcreteTails::normalise, ConcreteTails::clip}) {
        for (const int form : {0, 1, 2, 3}) {
          const ConcreteOptions options = {.bits = bits,
                                           .temperature = temperature,
                                           .tails = tails,
                                           .draws = form % 2 == 0,
                                           .straight_through = form / 2 == 1};
          for (const double s : {0.01, 0.05, 0.3, 1.0, 20.0}) {
            const Errors each = errors(options, a, static_cast<float>(s * a));
            const double limit = bound(options);
            EXPECT_LT(std::max({each.value, each.by_x, each.by_a}), limit)
                << bits << " bits, s/a " << s << ", temperature " << temperature << ", tails " << int(tails)
                << ", form " << form;
            EXPECT_EQ(each.apart, 0);
          }
        }
      }
    }
  }
}

/// 700 numbers, of which some are clipped, and a scale for each: noise that reaches one level, up to all.
struct Case {
  std::vector<float> x, scale;
};

Case some_case(std::uint64_t seed) {
  Case c{std::vector<float>(700), std::vector<float>(700)};
  const Stream stream(seed, {.purpose = Purpose::adc});
  stream.uniforms(0, c.x);
  stream.uniforms(1000, c.scale);
  for (float& x : c.x) x = 14 * x - 2;
  for (float& s : c.scale) s = 0.4F * s * s;
  return c;
}

const std::vector<ConcreteOptions> kForms = {
    {},
    {.bits = 6},  // more levels than noise reaches
    {.temperature = 0.5},
    {.tails = ConcreteTails::clip},
    {.temperature = 0.3, .tails = ConcreteTails::clip, .straight_through = true},
    {.draws = false},
    {.straight_through = true}};

TEST(ConcreteKernel, BitsAreThoseOfAnySplitAndAlignment) {
  const Case c = some_case(1);
  for (const ConcreteOptions& options : kForms) {
    const Conversions whole = converted(options, 0.6, c.scale, c.x, 37);
    for (const std::size_t length : {1UL, 3UL, 16UL, 61UL, 256UL, 300UL}) {
      for (std::size_t from = 0; from < c.x.size(); from += length) {
        const std::size_t count = std::min(length, c.x.size() - from);
        const Conversions part = converted(options, 0.6, std::span(c.scale).subspan(from, count),
                                           std::span(c.x).subspan(from, count), 37 + from);
        for (std::size_t j = 0; j < count; ++j) {
          ASSERT_EQ(part.value[j], whole.value[from + j]) << length << " " << from + j;
          ASSERT_EQ(part.by_x[j], whole.by_x[from + j]);
          ASSERT_EQ(part.by_a[j], whole.by_a[from + j]);
        }
      }
    }
  }
}

TEST(ConcreteKernel, BitsDoNotDependOnNeighbours) {
  const Case c = some_case(1);
  Case other = some_case(2);
  for (std::size_t j = 0; j < c.x.size(); j += 5) {
    other.x[j] = c.x[j];
    other.scale[j] = c.scale[j];
  }
  for (const ConcreteOptions& options : kForms) {
    const Conversions one = converted(options, 0.6, c.scale, c.x);
    const Conversions two = converted(options, 0.6, other.scale, other.x);
    int unequal = 0;
    for (std::size_t j = 0; j < c.x.size(); ++j) {
      if (j % 5 != 0) {
        unequal += one.by_a[j] != two.by_a[j];
        continue;
      }
      ASSERT_EQ(one.value[j], two.value[j]) << j;
      ASSERT_EQ(one.by_x[j], two.by_x[j]) << j;
      ASSERT_EQ(one.by_a[j], two.by_a[j]) << j;
    }
    EXPECT_GT(unequal, 500);
  }
}

TEST(ConcreteKernel, ASharedScaleHasTheBitsOfEqualScales) {
  const Case c = some_case(1);
  for (const float s : {0.0F, 0.2F}) {
    for (const ConcreteOptions& options : kForms) {
      const std::vector<float> equal(c.x.size(), s);
      EXPECT_EQ(converted(options, 0.6, {&s, 1}, c.x), converted(options, 0.6, equal, c.x));
    }
  }
}

void use_target(std::int64_t target) {
  hwy::SetSupportedTargetsForTest(target);  // 0: all
  hwy::GetChosenTarget().DeInit();
}

// Compares with the best one: where the processor has only one, there is nothing to compare.
TEST(ConcreteKernel, EveryInstructionSetHasTheSameBits) {
  const Case c = some_case(1);
  for (const ConcreteOptions& options : kForms) {
    const Conversions expected = converted(options, 0.6, c.scale, c.x);
    int targets = 0;
    for (std::int64_t left = hwy::SupportedTargets(); left != 0; left &= left - 1) {
      use_target(left & -left);
      // The kernels are compiled for the instruction sets of those of random/.
      if (std::string(kernel_target()) == hwy::TargetName(left & -left)) {
        EXPECT_EQ(converted(options, 0.6, c.scale, c.x), expected) << kernel_target();
        ++targets;
      }
      use_target(0);
    }
    EXPECT_GT(targets, 0);
  }
}

// Lines of few columns that begin with a block of words have ways of their own to draw them.
TEST(ConcreteKernel, NarrowLinesHaveTheBitsOfWideOnes) {
  const Case c = some_case(1);
  for (const ConcreteOptions& options : kForms) {
    const Conversions wide = converted(options, 0.6, c.scale, c.x, 128);
    for (std::int64_t left = hwy::SupportedTargets(); left != 0; left &= left - 1) {
      use_target(left & -left);
      for (const std::size_t from : {0UL, 64UL, 448UL}) {
        for (std::size_t count = 1; count <= 64; ++count) {
          const Conversions line = converted(options, 0.6, std::span(c.scale).subspan(from, count),
                                             std::span(c.x).subspan(from, count), 128 + from);
          for (std::size_t j = 0; j < count; ++j) {
            ASSERT_EQ(line.value[j], wide.value[from + j]) << kernel_target() << " " << count << " " << j;
            ASSERT_EQ(line.by_x[j], wide.by_x[from + j]);
            ASSERT_EQ(line.by_a[j], wide.by_a[from + j]);
          }
        }
      }
      use_target(0);
    }
  }
}

TEST(ConcreteKernel, ScalesOfZeroAreTheQuantiserAmongOthers) {
  Case c = some_case(1);
  const double a = 0.6;
  for (const ConcreteOptions& options : kForms) {
    const Conversions before = converted(options, a, c.scale, c.x);
    std::vector<float> scale = c.scale;
    for (std::size_t j = 0; j < scale.size(); j += 3) scale[j] = 0;
    const Conversions after = converted(options, a, scale, c.x);
    for (std::size_t j = 0; j < scale.size(); ++j) {
      const SteValue ste = ste_value(options.bits, a, c.x[j]);
      const bool certain = j % 3 == 0;
      EXPECT_EQ(after.value[j], certain ? static_cast<float>(ste.value) : before.value[j]);
      EXPECT_EQ(after.by_x[j], certain ? static_cast<float>(ste.by_x) : before.by_x[j]);
      EXPECT_EQ(after.by_a[j], certain ? static_cast<float>(ste.by_a) : before.by_a[j]);
    }
  }
}

TEST(ConcreteKernel, RefusesSpansThatDisagree) {
  std::vector<float> three(3), four(4);
  const std::vector<float> scale = {1, 1, 1};
  const auto call = [&](std::span<const float> s, std::span<float> value, std::span<float> by_x,
                        std::span<float> by_a) {
    convert_concrete({}, 1, s, kStream, 0, kStride, three, value, by_x, by_a);
  };
  EXPECT_NO_THROW(call(scale, three, three, three));
  EXPECT_THROW(call(std::span(scale).first(2), three, three, three), std::logic_error);
  EXPECT_THROW(call(scale, four, three, three), std::logic_error);
  EXPECT_THROW(call(scale, three, four, three), std::logic_error);
  EXPECT_THROW(call(scale, three, three, four), std::logic_error);
  for (const float s : {-1.0F, std::nanf(""), std::numeric_limits<float>::infinity()}) {
    EXPECT_THROW(call({&s, 1}, three, three, three), std::logic_error);
  }
  EXPECT_THROW(convert_concrete({}, 1, scale, kStream, Stream::kElements, kStride, three, three, three, three),
               BadUsage);
  EXPECT_THROW(convert_concrete({.bits = 9}, 1, scale, kStream, 0, kStride, three, three, three, three),
               std::logic_error);
  EXPECT_NO_THROW(convert_concrete({}, 1, {scale.data(), 1}, kStream, 0, kStride, {}, {}, {}, {}));
}

}  // namespace concrete_kernel_test
}  // namespace ohmcarlo
