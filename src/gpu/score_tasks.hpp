#pragma once
// From logits to what is counted of them (network/loss.hpp), as work for the threads of a GPU.

#include <cstdint>

#include "gpu/both_sides.hpp"

namespace ohmcarlo::gpu {

/// What a chip made of one row.
struct RowScore {
  std::int32_t answer = 0;  ///< class of the largest logit, the lowest of equal ones; -1 if a logit is NaN
  float log_sum = 0;        ///< ln of the sum of exp(logit - the largest)
  float label_logit = 0;    ///< the label's logit minus the largest
  float margin = 0;         ///< the label's logit minus the largest other one; NaN if a logit is

  /// -ln p_label.
  [[nodiscard]] OHMCARLO_BOTH_SIDES double loss() const {
    return static_cast<double>(log_sum) - static_cast<double>(label_logit);
  }
};

/// scores [rows, chips] of logits [rows, chips * classes]. One thread a row and chip.
struct ScoreRows {
  const float* logits = nullptr;
  const std::int32_t* labels = nullptr;  ///< [rows]
  RowScore* scores = nullptr;
  std::uint64_t rows = 0, chips = 0, classes = 0;
  /// [rows], if not null: row k is row numbers[k] of labels and scores, and row places[k] - first_place of the logits.
  const std::uint32_t* numbers = nullptr;
  const std::uint32_t* places = nullptr;
  std::uint64_t first_place = 0;

  [[nodiscard]] OHMCARLO_BOTH_SIDES std::uint64_t size() const { return rows * chips; }
  OHMCARLO_BOTH_SIDES void operator()(std::uint64_t index) const {
    const std::uint64_t scored = index / chips, chip = index % chips;
    const std::uint64_t place = places != nullptr ? places[scored] - first_place : scored;
    const std::uint64_t number = numbers != nullptr ? numbers[scored] : scored;
    const float* row = logits + (place * chips + chip) * classes;
    const auto label = static_cast<std::uint64_t>(labels[number]);
    std::uint64_t best = 0;
    for (std::uint64_t k = 1; k < classes; ++k)
      if (row[k] > row[best]) best = k;
    float sum = 0, other = -INFINITY;
    bool defined = true;
    for (std::uint64_t k = 0; k < classes; ++k) {
      sum += exponential(row[k] - row[best]);
      if (k != label && row[k] > other) other = row[k];
      if (row[k] != row[k]) defined = false;
    }
    RowScore& score = scores[number * chips + chip];
    score.log_sum = logarithm(sum);
    score.label_logit = row[label] - row[best];
    score.margin = defined ? row[label] - other : NAN;
    const double loss = score.loss();
    score.answer = loss == loss ? static_cast<std::int32_t>(best) : -1;
  }
};

inline constexpr std::uint64_t kTallyLanes = 256;  ///< threads that share the rows of a chip

/// Sums over rows of one chip, or over those of one lane.
struct ScoreSums {
  double loss = 0;
  double margin = 0;
  double correct_loss = 0;  ///< of rows whose answer is the label
};

/// Adds up the scores of `rows` rows: lane l of a chip has rows l, l + 256, ... One thread a chip and lane. Answers are
/// counted in whole numbers, whose order does not matter.
struct TallyLanes {
  const RowScore* scores = nullptr;      ///< [rows, chips]
  const std::int32_t* labels = nullptr;  ///< [rows]
  ScoreSums* lanes = nullptr;            ///< [chips, kTallyLanes]
  std::uint32_t* counts = nullptr;  ///< [chips, classes, classes] labels by answers, or [chips, classes] right answers;
                                    ///< zeros before
  std::uint64_t rows = 0, chips = 0, classes = 0;
  bool confusion = true;  ///< which of the two

  [[nodiscard]] OHMCARLO_BOTH_SIDES std::uint64_t size() const { return chips * kTallyLanes; }
  OHMCARLO_BOTH_SIDES void operator()(std::uint64_t index) const {
    const std::uint64_t chip = index / kTallyLanes;
    ScoreSums sums;
    for (std::uint64_t row = index % kTallyLanes; row < rows; row += kTallyLanes) {
      const RowScore score = scores[row * chips + chip];
      sums.loss += score.loss();
      sums.margin += static_cast<double>(score.margin);
      if (score.answer == labels[row]) sums.correct_loss += score.loss();
      count(chip, static_cast<std::uint64_t>(labels[row]), score.answer);
    }
    lanes[index] = sums;
  }

 private:
  OHMCARLO_BOTH_SIDES void count(std::uint64_t chip, std::uint64_t label, std::int32_t answer) const {
    if (answer < 0) return;
    const auto answered = static_cast<std::uint64_t>(answer);
    if (confusion)
      count_up(counts + (chip * classes + label) * classes + answered);
    else if (answered == label)
      count_up(counts + chip * classes + label);
  }
};

/// sums [chips] = those of all lanes, in their order. One thread a chip.
struct TallyTotals {
  const ScoreSums* lanes = nullptr;  ///< [chips, kTallyLanes]
  ScoreSums* sums = nullptr;
  std::uint64_t chips = 0;

  [[nodiscard]] OHMCARLO_BOTH_SIDES std::uint64_t size() const { return chips; }
  OHMCARLO_BOTH_SIDES void operator()(std::uint64_t chip) const {
    ScoreSums total;
    for (std::uint64_t lane = 0; lane < kTallyLanes; ++lane) {
      const ScoreSums part = lanes[chip * kTallyLanes + lane];
      total.loss += part.loss;
      total.margin += part.margin;
      total.correct_loss += part.correct_loss;
    }
    sums[chip] = total;
  }
};

}  // namespace ohmcarlo::gpu
