#pragma once
// Answers of chips to lists of their own, against evaluations of single images.

#include <cmath>
#include <map>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "chip/whole_set.hpp"

namespace ohmcarlo::small {

/// Lists of these lengths: images of a set of `images` in any order, many of them more than once.
inline std::vector<std::vector<std::uint32_t>> image_lists(const std::vector<std::size_t>& lengths,
                                                           std::uint32_t images, std::uint32_t seed = 1) {
  std::mt19937 bits(seed);
  std::vector<std::vector<std::uint32_t>> lists;
  for (const std::size_t length : lengths)
    for (lists.emplace_back(); lists.back().size() < length;)
      lists.back().push_back(!lists.back().empty() && bits() % 8 == 0 ? lists.back().front() : bits() % images);
  return lists;
}

/// Adds an answer to a tally that has its class sums already, as the members of both say it.
inline void add(const Answer& given, Tally& tally) {
  const auto label = static_cast<std::size_t>(given.label), classes = tally.class_images.size();
  ASSERT_LT(label, classes);
  tally.images += 1;
  tally.loss_sum += given.loss;
  tally.class_images[label] += 1;
  if (given.answer < 0) return;
  tally.confusion[label * classes + static_cast<std::size_t>(given.answer)] += 1;
  if (given.answer != given.label) return;
  tally.correct += 1;
  tally.correct_ekl += given.loss;
}

inline void expect_equal_sums(const Tally& sums, const Tally& expected, double relative, const std::string& what) {
  EXPECT_EQ(sums.images, expected.images) << what;
  EXPECT_EQ(sums.correct, expected.correct) << what;
  EXPECT_EQ(sums.confusion, expected.confusion) << what;
  EXPECT_EQ(sums.class_images, expected.class_images) << what;
  EXPECT_LE(std::abs(sums.loss_sum - expected.loss_sum), relative * expected.loss_sum) << what;
  EXPECT_LE(std::abs(sums.correct_ekl - expected.correct_ekl), relative * expected.loss_sum) << what;
}

/// Every chip answers to the images of its list, one list a chip, what evaluate() counts for each of them alone: in the
/// order of the list, bit for bit. What all chips answer to the whole set adds up to what evaluate() counts for it.
inline void expect_answers(const Chips& chips, const EvaluationSet& test,
                           const std::vector<std::vector<std::uint32_t>>& lists) {
  const std::vector<ChipOutcome> outcomes = chips.evaluate_each(lists, kNoPoll);
  ASSERT_EQ(outcomes.size(), lists.size());
  std::map<std::uint32_t, std::vector<ChipOutcome>> alone;
  for (std::size_t chip = 0; chip < lists.size(); ++chip) {
    EXPECT_EQ(outcomes[chip].tally.images, 0);
    auto next = outcomes[chip].answers.begin();
    const auto end = outcomes[chip].answers.end();
    for (std::uint32_t place = 0; place < lists[chip].size(); ++place) {
      const std::uint32_t image = lists[chip][place];
      if (!alone.contains(image)) alone[image] = chips.evaluate(std::vector{image}, kNoPoll);
      const Tally& expected = alone[image][chip].tally;
      Tally sums;
      sums.confusion.resize(expected.confusion.size());
      sums.class_images.resize(expected.class_images.size());
      for (; next != end && next->place == place; ++next) {
        add(*next, sums);
        if (next->answer == next->label)
          EXPECT_GE(next->margin, 0);
        else
          EXPECT_LE(next->margin, 0);
      }
      expect_equal_sums(sums, expected, 0, "chip " + std::to_string(chip) + ", place " + std::to_string(place));
    }
    EXPECT_TRUE(next == end) << "answers to places beyond the list, or out of order";
  }
  const std::vector<std::vector<std::uint32_t>> whole(lists.size(), {test.all().begin(), test.all().end()});
  const std::vector<ChipOutcome> all = chips.evaluate_each(whole, kNoPoll);
  const std::vector<Tally> expected = tallies(chips, test, kNoPoll);
  for (std::size_t chip = 0; chip < whole.size(); ++chip)
    // Doubles added up in another order.
    expect_equal_sums(weighted_tally(all[chip].answers, std::vector<double>(test.all().size(), 1),
                                     static_cast<std::size_t>(test.classes())),
                      expected[chip], 1e-13, "the whole set, chip " + std::to_string(chip));
}

/// What all kinds of chips refuse: too few lists, and images that are not in the set.
inline void expect_refusals(const Chips& chips, const EvaluationSet& test) {
  const auto lists = static_cast<std::size_t>(chips.count());
  EXPECT_THROW((void)chips.evaluate_each(std::vector<std::vector<std::uint32_t>>(lists + 1), kNoPoll),
               std::logic_error);
  EXPECT_THROW((void)chips.evaluate_each({}, kNoPoll), std::logic_error);
  std::vector<std::vector<std::uint32_t>> beyond(lists);
  beyond.back() = {0, static_cast<std::uint32_t>(test.images())};
  EXPECT_THROW((void)chips.evaluate_each(beyond, kNoPoll), std::logic_error);
}

}  // namespace ohmcarlo::small
