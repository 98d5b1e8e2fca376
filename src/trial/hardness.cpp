#include "trial/hardness.hpp"

#include "chip/weight_chips.hpp"
#include "statistics/strata.hpp"

namespace ohmcarlo {

ImageHardness measure_hardness(const Experiment& experiment, const LoadedModel& model,
                               const std::shared_ptr<const EvaluationSet>& test, const Poll& poll) {
  const SampleSet& set = test->data();
  ImageHardness hardness;
  if (set.frame_wise()) {
    // Recordings have no class: strata are of length.
    hardness.labels.assign(set.count(), 0);
    hardness.classes = 0;
    for (std::size_t i = 0; i < set.count(); ++i) hardness.ranks.push_back(static_cast<double>(set.length(i)));
    return hardness;
  }
  const bool by_class = has_class_strata(set.classes(), sample_for_strata(experiment));
  hardness.classes = by_class ? set.classes() : 0;
  hardness.labels.assign(set.count(), 0);
  if (by_class) hardness.labels.assign(set.labels().begin(), set.labels().end());
  if (model.diverged()) return hardness;
  const std::unique_ptr<Chips> digital = make_weight_chips(model.network(), Variation{}, test, 1);
  digital->program({}, poll);
  const std::vector<std::uint32_t> all(test->all().begin(), test->all().end());
  const ChipOutcome outcome = digital->evaluate_each({&all, 1}, poll).front();
  std::vector<double> margins;
  for (const Answer& answer : outcome.answers) margins.push_back(answer.margin);
  hardness.ranks = ranks_in_class(hardness.labels, margins);
  return hardness;
}

}  // namespace ohmcarlo
