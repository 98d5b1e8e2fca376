#pragma once
// A table of trials for the tests.

#include <cmath>
#include <vector>

#include "statistics/replicas.hpp"

namespace ohmcarlo::test {

/// values[replica][trial]; NaN is not run, everything else done, until a test changes `states`.
struct Grid {
  explicit Grid(const std::vector<std::vector<double>>& rows) : replicas(rows.size()), trials(rows.front().size()) {
    for (const std::vector<double>& row : rows) {
      for (const double value : row) {
        values.push_back(value);
        states.push_back(std::isnan(value) ? TrialState::not_run : TrialState::done);
      }
    }
  }
  [[nodiscard]] TrialGrid view() const { return {replicas, trials, values, states}; }

  std::size_t replicas, trials;
  std::vector<double> values;
  std::vector<TrialState> states;
};

}  // namespace ohmcarlo::test
