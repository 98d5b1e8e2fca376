#include "trial/pilot.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "experiment/sampling.hpp"
#include "training/method.hpp"
#include "training/trainer.hpp"
#include "trial/stored.hpp"

namespace ohmcarlo {
namespace {

constexpr std::uint32_t kFewImages = 32;
constexpr std::uint32_t kMostBatches = 16;  ///< of so many images, to tell what one takes
constexpr double kEnoughSeconds = 0.3;      ///< of whole units, for a mean over them

/// Follows a training that is given up.
class StepWatch final : public TrainingWatch {
 public:
  explicit StepWatch(const Clock& clock) : clock_(clock) {}

  void on_epoch(int /*epoch*/, const EpochReport& /*report*/) override {}
  [[nodiscard]] bool due() override {
    if (++looks_ == 2) first_step_ = clock_();
    return false;
  }
  void keep(const TrainingProgress& progress) override {
    steps = progress.steps;
    kept = progress.model;
    kept.state.converters = progress.state.converters;
  }
  /// When the first step was over, which makes products ready; nothing before.
  [[nodiscard]] std::optional<double> first_step() const {
    return looks_ < 2 ? std::nullopt : std::optional(first_step_);
  }

  std::uint64_t steps = 0;
  TrainedModel kept;

 private:
  const Clock& clock_;
  int looks_ = 0;
  double first_step_ = 0;
};

/// A stratum of all images, of which every chip sees so many.
Sampling sample_of(std::size_t images, std::size_t seen) {
  Sampling design;
  design.stratum.assign(images, 0);
  design.sizes = {static_cast<std::uint32_t>(seen)};
  return design;
}

}  // namespace

WorkPilot::WorkPilot(const Experiment& experiment, const Plan& plan, DataSource& data, const Clock& clock,
                     const Clock& wall, Poll poll)
    : experiment_(experiment), plan_(plan), data_(data), clock_(clock), wall_(wall), poll_(std::move(poll)) {}

Poll WorkPilot::poll_for(double seconds) const {
  return [this, end = wall_() + seconds] {
    poll_();
    if (wall_() > end) throw Interrupted();
  };
}

std::optional<StoredModel> WorkPilot::Networks::load(const std::string& id, const std::string& identity) {
  StoredModel model = every;
  model.record.id = id;
  model.record.identity = identity;
  return model;
}

std::optional<double> WorkPilot::time_training(std::uint32_t model, double seconds) {
  const ModelTask task = plan_.models[model];
  const Point point = experiment_.points[task.point];
  const TrainingOptions& options = point.training;
  const auto [samples, spec, data, stream] = training_inputs(experiment_, point, task.replica, data_);
  std::optional<NetworkState<float>> given = point.network.given_weights(spec);

  const Poll poll = poll_for(seconds);
  const double start = clock_();
  StepWatch watch(clock_);
  std::optional<double> took;
  try {
    watch.kept = train_model(
        spec, options, data, stream, poll,
        given ? begin_training(spec, options, stream, std::move(*given)) : begin_training(spec, options, stream),
        &watch);
    took = clock_() - start;
  } catch (const Interrupted&) {
    if (watch.steps < 2 || !watch.first_step()) return std::nullopt;
    const double step = (clock_() - *watch.first_step()) / static_cast<double>(watch.steps - 1);
    const double steps = std::ceil(static_cast<double>(data.training.size()) / options.batch);
    double epoch = steps * step;
    if (watch.kept.epochs.empty()) {  // no validation among what was timed, which goes there and not back
      const int chips = entry_of(options.method).validates_on_noisy_chips ? options.validation_chips : 1;
      epoch += step * chips * static_cast<double>(data.validation.size()) / (3.0 * options.batch);
    }
    took = *watch.first_step() - start + epoch * (options.pretrain_epochs + options.epochs);
  }
  watch.kept.diverged = false;
  trained_[model] = to_stored(spec, watch.kept, point.data.speech ? data.scaling : InputScaling{});
  return took;
}

void WorkPilot::measure(std::uint32_t evaluation, std::size_t images, double seconds, const Poll& poll,
                        std::optional<UnitTime>& found) {
  const EvaluationTask task = plan_.evaluations[evaluation];
  Models models(experiment_, plan_, data_, networks_, clock_);
  Evaluations evaluations(experiment_, plan_, data_, models);
  std::uint32_t unit = 0;
  const auto time_one = [&] {
    const double start = clock_();
    (void)evaluations.evaluate(evaluation, unit++, poll);
    return clock_() - start;
  };
  UnitTime time;
  const bool is_small = task.equal_chips || images <= 2 * kFewImages;
  if (!is_small) evaluations.sample_images(sample_of(images, kFewImages));
  const double first = time_one(), few = time_one();
  time.preparation = std::max(first - few, 0.0);
  time.whole = few;
  if (is_small) {
    time.image = few / static_cast<double>(images);
    found = time;
    return;
  }
  const auto most = static_cast<double>(std::min<std::size_t>(kMostBatches, images / kFewImages));
  const auto many = kFewImages * static_cast<std::uint32_t>(std::clamp(seconds / (4 * few), 2.0, most));
  evaluations.sample_images(sample_of(images, many));
  time.image = std::max(time_one() - few, 0.0) / (many - kFewImages);
  time.programming = std::max(few - kFewImages * time.image, 0.0);
  const ImageChoice& choice = experiment_.images;
  if (experiment_.kept.of_sampled_images) {
    const double seen = choice.kind == ImageChoice::Kind::number ? choice.number : sample_for_strata(experiment_);
    time.whole = time.programming + seen * time.image;
    found = time;
    return;
  }
  time.whole = time.programming + static_cast<double>(images) * time.image;
  found = time;
  if (3 * time.whole > seconds) return;
  evaluations.sample_images(sample_of(images, images));
  (void)time_one();  // the set is made ready when it is first met as a whole
  const double start = clock_();
  int units = 0;
  do {
    (void)time_one();
    ++units;
  } while (clock_() - start + time.whole < std::min(kEnoughSeconds, seconds / 4));
  time.whole = (clock_() - start) / units;
  time.image = std::max(time.whole - time.programming, 0.0) / static_cast<double>(images);
  found = time;
}

std::optional<UnitTime> WorkPilot::time_unit(std::uint32_t evaluation, std::uint32_t like, double seconds) {
  const auto trained = trained_.find(like);
  if (trained == trained_.end()) return std::nullopt;
  networks_.every = trained->second;
  const Point point = experiment_.points[plan_.evaluations[evaluation].points.front()];
  const InputScaling scaling = point.data.speech ? stored_scaling(trained->second) : point.data.scaling;
  const auto images = static_cast<std::size_t>(data_.test(point.data, scaling)->images());
  std::optional<UnitTime> found;
  try {
    measure(evaluation, images, seconds, poll_for(seconds), found);
  } catch (const Interrupted&) {
  } catch (const Resumable&) {
    throw;                  // by poll_
  } catch (const Error&) {  // converters whose ranges training has not found yet
  }
  return found;
}

}  // namespace ohmcarlo
