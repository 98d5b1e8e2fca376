// Do 95 % intervals hold the true value 95 % of the time? Simulated with a generator of their own and fixed seeds.
//
// Of 20,000 independent intervals of exactly 95 % the number that hold the truth is Binomial(20000, 0.95). Its
// quantiles at 5e-7 and 1 - 5e-7 are 18,846 and 19,147 (94.2 % and 95.7 %): a correct interval is outside with
// probability 1e-6 a test (and, with the seeds fixed, always passes or never). Intervals that are too wide fail just as
// those that are too narrow.

#include <cmath>
#include <functional>
#include <numbers>
#include <random>

#include <gtest/gtest.h>

#include "statistics/grid.hpp"
#include "statistics/summary.hpp"

namespace ohmcarlo::test {
namespace coverage_statistical_test {

constexpr int kIntervals = 20000;
constexpr int kFewest = 18846;
constexpr int kMost = 19147;

class Normals {
 public:
  explicit Normals(std::uint64_t seed) : generator_(seed) {}
  double operator()() {  // Box-Muller, one of the pair
    const double u = std::ldexp(static_cast<double>(generator_() >> 11) + 0.5, -53);
    const double v = std::ldexp(static_cast<double>(generator_() >> 11) + 0.5, -53);
    return std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * std::numbers::pi * v);
  }
  double uniform() { return std::ldexp(static_cast<double>(generator_() >> 11) + 0.5, -53); }

 private:
  std::mt19937_64 generator_;
};

int count_covering(double truth, const std::function<Interval()>& next) {
  int covering = 0;
  for (int i = 0; i < kIntervals; ++i) {
    const Interval interval = next();
    covering += interval.low <= truth && truth <= interval.high ? 1 : 0;
  }
  return covering;
}

std::vector<double> sample_of(Normals& normal, int size, double mean, double sd) {
  std::vector<double> values;
  for (int i = 0; i < size; ++i) values.push_back(mean + sd * normal());
  return values;
}

TEST(Coverage, MeanOfFive) {
  Normals normal(20240601);
  const int covering = count_covering(0.9, [&] { return mean_interval(summarise(sample_of(normal, 5, 0.9, 0.02))); });
  EXPECT_GE(covering, kFewest);
  EXPECT_LE(covering, kMost);
}

// The limits have power: the usual mistakes are outside.
TEST(Coverage, LimitsRejectIntervalsTooNarrowAndTooWide) {
  const auto covering_with = [](double factor, double df) {
    Normals normal(20240602);
    return count_covering(0.0, [&] {
      const Sample sample = summarise(sample_of(normal, 5, 0.0, 1.0));
      return t_interval(sample.mean, factor * sample.sd / std::sqrt(5.0), df);
    });
  };
  EXPECT_LT(covering_with(1.0, INFINITY), kFewest);            // the normal quantile instead of Student's
  EXPECT_LT(covering_with(1.0, 5), kFewest);                   // n degrees of freedom
  EXPECT_LT(covering_with(std::sqrt(4.0 / 5.0), 4), kFewest);  // divisor n
  EXPECT_GT(covering_with(1.0, 3), kMost);                     // n - 2 degrees of freedom
  EXPECT_GT(covering_with(std::sqrt(5.0 / 4.0), 4), kMost);    // sd / sqrt(n - 1)
  EXPECT_GT(covering_with(std::sqrt(2.0), 4), kMost);          // a sqrt(2) too many
}

// Five trainings that differ (sd 0.03), four chips of each (sd 0.02): replica means are independent normals, so
// Student's interval over them is exact, for the expected value over trainings.
TEST(Coverage, HeadlineOverTrainings) {
  Normals normal(20240603);
  const int covering = count_covering(0.9, [&] {
    std::vector<std::vector<double>> rows;
    for (int replica = 0; replica < 5; ++replica) rows.push_back(sample_of(normal, 4, 0.9 + 0.03 * normal(), 0.02));
    return summarise_point(Grid(rows).view(), {}).interval;
  });
  EXPECT_GE(covering, kFewest);
  EXPECT_LE(covering, kMost);
}

// Three given trainings, 20 chips each, unequal spread: Welch-Satterthwaite is good to about 0.1 % here, well inside
// the limits. The truth is the mean over just these trainings.
TEST(Coverage, ChipIntervalForGivenTrainings) {
  Normals normal(20240604);
  const int covering = count_covering(0.8, [&] {
    return summarise_point(Grid({sample_of(normal, 20, 0.9, 0.01), sample_of(normal, 20, 0.9, 0.03),
                                 sample_of(normal, 20, 0.6, 0.05)})
                               .view(),
                           {})
        .chip_interval;
  });
  EXPECT_GE(covering, kFewest);
  EXPECT_LE(covering, kMost);
}

// 200 chips with correct images c uniform in 5000..9000 and ekl that grows as c falls: ekl = 2 - c / 5000 + 0.1 z. The
// ratio of expectations is E(2 c - c^2 / 5000) / E(c) with E(c) = 7000, E(c^2) = 7000^2 + 4000^2 / 12. The ratio
// estimator's interval is asymptotic; at 200 chips its error is a few tenths of a per mille, well inside the limits.
TEST(Coverage, PooledDivergenceOverChips) {
  Normals normal(20240605);
  const double truth = 2.0 - (7000.0 + 4000.0 * 4000.0 / 12.0 / 7000.0) / 5000.0;
  const int covering = count_covering(truth, [&] {
    std::vector<double> ekl, correct;
    for (int chip = 0; chip < 200; ++chip) {
      correct.push_back(5000.0 + 4000.0 * normal.uniform());
      ekl.push_back(2.0 - correct.back() / 5000.0 + 0.1 * normal());
    }
    return summarise_pooled(Grid({ekl}).view(), Grid({correct}).view(), {}).interval;
  });
  EXPECT_GE(covering, kFewest);
  EXPECT_LE(covering, kMost);
}

}  // namespace coverage_statistical_test
}  // namespace ohmcarlo::test
