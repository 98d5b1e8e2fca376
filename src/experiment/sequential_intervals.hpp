#pragma once
// Intervals over chips where their number was decided while they came in. Inside experiment/.

#include <cstddef>

#include "experiment/stopping.hpp"
#include "statistics/replicas.hpp"
#include "statistics/summary.hpp"

namespace ohmcarlo {

/// Replaces the intervals over chips in the summary of one metric at one point, whose chips are `grid`, by ones that
/// hold for that: the rule's own where `rules` stopped exactly there and `metric` is its metric; sequences for all
/// other metrics, for points that the rule has not stopped, and for single replicas. Means and the interval over
/// trainings stay. Intervals end at the bounds of accuracies, and at 0 for losses.
///
/// With several replicas the sequence is over chips, each the mean over the replicas in which it has a value. For a
/// pooled divergence of one replica it takes the linearised standard error (statistics/summary.hpp). The spread of
/// accuracies over M images is at least sqrt(1 / (4 M n)) for n chips, as the rule has it: equal chips have a width.
void set_sequential_intervals(PointSummary& summary, const StoppingRules& rules, const Table& table, std::size_t point,
                              std::size_t metric, const TrialGrid& grid);

}  // namespace ohmcarlo
