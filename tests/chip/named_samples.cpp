#include "chip/named_samples.hpp"

#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "network/operations.hpp"

namespace ohmcarlo {
namespace named_samples_test {

/// First row, rows, image and first position of every visit (of several images: of the first), and how many images.
using Visit = std::tuple<Index, Index, std::uint32_t, Index, std::size_t>;

std::vector<Visit> visits(const NamedSamples& samples, const Node& layer, Index call, Index rows) {
  std::vector<Visit> found;
  visit_named_rows(samples, layer, {call, 0}, rows, [&](Index first, Index count, const RowNames& names) {
    found.emplace_back(first, count, names.image(0), names.position(0), names.images.size());
  });
  return found;
}

TEST(NamedSamples, RowsOfImagesComeAllAtOnce) {
  const NamedSamples samples{{40, 41, 42}};
  const Node layer = dense("dense1", 5, 2);
  EXPECT_EQ(visits(samples, layer, 0, 3), (std::vector<Visit>{{0, 3, 40, 0, 3}}));
  EXPECT_EQ(visits(samples, layer, 0, 12), (std::vector<Visit>{{0, 12, 40, 0, 3}}));  // four positions an image
}

TEST(NamedSamples, RowsAreOfTheGroupThatIsCalled) {
  const NamedSamples samples{{40, 41, 42}};
  std::vector<std::pair<Index, Index>> found;
  for (const Index group : {0, 1})
    visit_named_rows(samples, convolution("conv1", {4, 3, 3}, 2, {2, 1, 0}, 2), {group, group}, 12,
                     [&](Index, Index, const RowNames& names) { found.emplace_back(names.group, names.position(5)); });
  EXPECT_EQ(found, (std::vector<std::pair<Index, Index>>{{0, 1}, {1, 1}}));
}

// Sequences of 2, 4 and 1 frames, padded to 4.
TEST(NamedSamples, RowsOfSequencesComeWithoutTheirPadding) {
  const Sequences sequences({2, 4, 1}, 4);
  const NamedSamples samples{{7, 8, 9}, &sequences};
  EXPECT_EQ(visits(samples, dense("dense1", 5, 2), 0, 12),
            (std::vector<Visit>{{0, 2, 7, 0, 1}, {4, 4, 8, 0, 1}, {8, 1, 9, 0, 1}}));
  EXPECT_EQ(visits(samples, dense("dense1", 5, 2), 0, 3), (std::vector<Visit>{{0, 3, 7, 0, 3}}));  // last frames
}

TEST(NamedSamples, RowsOfATimeStepAreThoseOfTheSequencesThatStillRun) {
  const Sequences sequences({2, 4, 1}, 4);
  const NamedSamples samples{{7, 8, 9}, &sequences};
  const Node layer = lstm("lstm1", {5, 1, 1}, 3);
  EXPECT_EQ(visits(samples, layer, 0, 3), (std::vector<Visit>{{0, 3, 8, 0, 3}}));  // longest first
  EXPECT_EQ(visits(samples, layer, 1, 2), (std::vector<Visit>{{0, 2, 8, 1, 2}}));
  EXPECT_EQ(visits(samples, layer, 3, 1), (std::vector<Visit>{{0, 1, 8, 3, 1}}));
}

TEST(NamedSamples, PaddingGivesZeroAndEveryPartGoesWhereItCameFrom) {
  const Sequences sequences({2, 4, 1}, 4);
  const NamedSamples samples{{7, 8, 9}, &sequences};
  Matrix<float> x(12, 1), y = Matrix<float>::Constant(12, 1, 99);
  for (Index r = 0; r < 12; ++r) x(r, 0) = static_cast<float>(r + 1);
  std::vector<Index> firsts;
  read_named_rows(samples, dense("dense1", 1, 1), {}, View<const float>(x), y,
                  [&](Index first, View<const float> part, const RowNames& names, View<float> result) {
                    firsts.push_back(first);
                    result.map() = part.map() * static_cast<float>(names.image(0));
                  });
  EXPECT_EQ(firsts, (std::vector<Index>{0, 4, 8}));
  Vector<float> expected(12);
  expected << 7, 14, 0, 0, 40, 48, 56, 64, 81, 0, 0, 0;
  EXPECT_EQ(y.col(0), expected);
}

}  // namespace named_samples_test
}  // namespace ohmcarlo
