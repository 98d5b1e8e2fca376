#pragma once
// Samples of the test images instead of all of them (trials.images): which experiments take them, and their design.
// Formulas: statistics/strata.hpp, statistics/sample_size.hpp.

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/label.hpp"
#include "experiment/plan.hpp"
#include "records/sampling.hpp"

namespace ohmcarlo {

/// What the experiment's chips see, given what [trials] asks for: all images where steps of deployment make a chip so
/// dear that a sample saves nothing (then `note` says so). Throws BadUsage, at `where`, if points have test sets of
/// their own, or if fewer recordings are asked for than a mean needs.
struct ResolvedImages {
  ImageChoice images;
  std::string note;
};
[[nodiscard]] ResolvedImages resolve_images(const Experiment& experiment, const ImageChoice& wanted,
                                            const std::string& where);

/// Throws BadUsage, at the experiment's file, if chips are to see more images than the test set has.
void check_sample_size(const Experiment& experiment, std::size_t test_images);

/// The size of samples that strata are made for.
[[nodiscard]] std::uint32_t sample_for_strata(const Experiment& experiment);

/// How hard one model finds the test images.
struct ImageHardness {
  std::vector<Label> labels;  ///< of the images; all 0 where strata are of all classes together
  std::uint64_t classes = 0;  ///< 0: strata are of all classes together
  std::vector<double> ranks;  ///< of the images, the hardest lowest; none if the model's training diverged

  static auto members(auto& self) { return std::tie(self.labels, self.classes, self.ranks); }
};

/// What the manager tells the workers before a stage of a job.
struct Lesson {
  enum class Stage : std::uint8_t {
    ranks_images,    ///< a "lot" is a model, whose ImageHardness is wanted
    evaluates_chips  ///< on samples of this design, if there is one
  };
  Stage stage = Stage::ranks_images;
  Sampling sampling;                 ///< without chips of the pilot; of no images where chips see all
  std::vector<UnitPart> parts = {};  ///< units of which not all chips are wanted, in ascending order

  static auto members(auto& self) { return std::tie(self.stage, self.sampling, self.parts); }
};

/// The strata of the test images, from what the models of replica 0 say; and the sizes of samples: of all chips where
/// the experiment states a number, else of the pilot's.
[[nodiscard]] Sampling begin_sampling(const Experiment& experiment, const std::vector<ImageHardness>& models);

/// Whether the chips of this evaluation are the pilot's: of the first training, and not all the same.
[[nodiscard]] inline bool joins_pilot(const EvaluationTask& task) {
  return task.replica == 0 && !task.equal_chips;
}

/// Decides on the sizes of samples from the chips of the pilot, all of which are done, and forgets these. `places`: of
/// the experiment's points in the table.
void decide_sizes(Sampling& sampling, const Experiment& experiment, const Plan& plan, const TablePoints& places);

}  // namespace ohmcarlo
