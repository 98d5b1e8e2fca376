#include "statistics/welch.hpp"

#include <cmath>

namespace ohmcarlo {

Interval welch_interval(double centre, std::span<const VarianceTerm> terms, double divisor) {
  if (terms.empty()) return {};
  double sum = 0.0;
  for (const VarianceTerm& term : terms) sum += term.variance;
  if (sum == 0.0) return {centre, centre};
  double weighted = 0.0;  // shares instead of variances: their squares do not underflow
  for (const VarianceTerm& term : terms) weighted += (term.variance / sum) * (term.variance / sum) / term.df;
  return t_interval(centre, std::sqrt(sum) / divisor, 1.0 / weighted);
}

}  // namespace ohmcarlo
