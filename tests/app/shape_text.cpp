#include "app/shape_text.hpp"

#include <gmock/gmock.h>

#include "experiment/hand_made.hpp"
#include "experiment/summary.hpp"

namespace ohmcarlo {
namespace shape_text_test {

using testing::HasSubstr;

/// `count` chips, all but `low` of them +-.01 around .9 in turn, those at .5: a long tail below.
std::vector<double> chips_with_tail(std::size_t count, std::size_t low) {
  std::vector<double> chips;
  for (std::size_t i = 0; i < count; ++i) chips.push_back(i < low ? 0.5 : i % 2 == 0 ? 0.91 : 0.89);
  return chips;
}

std::string warning_of(const test::Values& rows, const std::vector<std::size_t>& points) {
  std::vector<double> sigmas;
  for (std::size_t i = 0; i < rows.size(); ++i) sigmas.push_back(static_cast<double>(i + 1) / 10);
  const Results results = test::results_of({test::sigmas(sigmas)}, rows);
  return shape_warning(results.table.shape, summarise_accuracy(results.table, 10), points);
}

// Chips +-1 in turn have kurtosis 1, excess -2: no tails at all.
TEST(ShapeText, IsSilentAboutChipsWithoutTails) {
  EXPECT_EQ(warning_of({chips_with_tail(200, 0)}, {0}), "");
  EXPECT_EQ(warning_of({{0.9, 0.9, 0.9}}, {0}), "") << "chips that are all equal";
  EXPECT_EQ(warning_of({{0.9}}, {0}), "");
}

// One low chip in 10: skewness -2.64, beyond 3 sqrt(6 / 10) = 2.32; in 5: -1.49, within 3.29.
TEST(ShapeText, NeedsEnoughChipsToTell) {
  EXPECT_EQ(warning_of({chips_with_tail(5, 1)}, {0}), "");
  EXPECT_THAT(warning_of({chips_with_tail(10, 1)}, {0}), HasSubstr("skewness -2.6, excess kurtosis 5)"));
}

TEST(ShapeText, NamesTheWorstPointAndCountsTheOthers) {
  const test::Values rows = {chips_with_tail(200, 0), chips_with_tail(200, 20), chips_with_tail(200, 2)};
  const std::string text = warning_of(rows, {0, 1, 2});
  EXPECT_THAT(text, HasSubstr("Chips are far from normal at sigma = 0.3 and 1 more point (skewness -9"));
  EXPECT_THAT(text, HasSubstr("mean - k sd is no percentile there"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  EXPECT_THAT(warning_of(rows, {0, 1}), HasSubstr("at sigma = 0.2 (skewness"));
}

}  // namespace shape_text_test
}  // namespace ohmcarlo
