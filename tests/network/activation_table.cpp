#include "network/activation_table.hpp"

#include <cmath>
#include <limits>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace ohmcarlo {
namespace activation_table_test {

/// The table's value of x, which stands in the middle of more numbers than are looked up together.
template <class T>
T looked_up(const ActivationTable<T>& table, T x) {
  std::vector<T> many(150, T{0.1F});
  many[100] = x;
  table.look_up(many);
  return many[100];
}

// 8 entries over -2 .. 2: at -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5.
TEST(ActivationTable, GivesTheNearestEntry) {
  const ActivationTable<double> table(GateFunction::tanh, 8, 2);
  for (int k = -4; k < 4; ++k)
    for (const double off : {-0.25, -0.1, 0.0, 0.2, 0.2499})
      EXPECT_EQ(looked_up(table, 0.5 * k + off), std::tanh(0.5 * k)) << k;
  const ActivationTable<float> sigmoid(GateFunction::sigmoid, 8, 2);
  EXPECT_EQ(looked_up(sigmoid, 0.2F), 0.5F);
  EXPECT_EQ(looked_up(sigmoid, -1.1F), static_cast<float>(1 / (1 + std::exp(1.0))));
}

TEST(ActivationTable, HoldsItsOutermostEntriesBeyondItsRange) {
  const ActivationTable<double> table(GateFunction::tanh, 8, 2);
  const double far = std::numeric_limits<double>::infinity();
  for (const double x : {1.8, 2.0, 7.0, 1e300, far}) EXPECT_EQ(looked_up(table, x), std::tanh(1.5)) << x;
  for (const double x : {-1.8, -2.0, -7.0, -1e300, -far}) EXPECT_EQ(looked_up(table, x), std::tanh(-2)) << x;
  EXPECT_TRUE(std::isnan(looked_up(table, std::nan(""))));
}

TEST(ActivationTable, HasNoMoreValuesThanEntriesAndIsWithinHalfAStep) {
  for (const int entries : {2, 5, 16, 255, 256}) {
    const ActivationTable<double> table(GateFunction::sigmoid, entries, 8);
    const double step = 16.0 / entries;
    std::set<double> values;
    for (double x = -9; x < 9; x += 0.001) values.insert(looked_up(table, x));
    EXPECT_EQ(values.size(), static_cast<std::size_t>(entries));
    EXPECT_EQ(looked_up(table, 0.0), 0.5);
    for (double x = -8 + step; x < 8 - step; x += 0.001)  // a sigmoid's slope is at most 1/4
      EXPECT_LE(std::fabs(looked_up(table, x) - 1 / (1 + std::exp(-x))), step / 8 + 1e-12)
          << entries << " entries, " << x;
  }
}

TEST(ActivationTable, RefusesWhatIsNoTable) {
  for (const int entries : {-1, 0, 1, 257}) EXPECT_THROW(ActivationTable<float>(GateFunction::tanh, entries, 4), Error);
  for (const double range : {-1.0, 0.0, std::nan(""), std::numeric_limits<double>::infinity()})
    EXPECT_THROW(ActivationTable<float>(GateFunction::tanh, 256, range), Error);
}

}  // namespace activation_table_test
}  // namespace ohmcarlo
