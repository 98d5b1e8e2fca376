#include "gpu/row_scores.hpp"

namespace ohmcarlo::gpu {
namespace {

std::size_t counts_of_chip(std::size_t classes) {
  return classes <= Tally::kMostConfused ? classes * classes : classes;
}

/// The tally of a chip from its sums and counts; `labels`: of all rows.
Tally tally_of(const ScoreSums& sums, std::span<const std::uint32_t> counts, std::size_t classes,
               const std::vector<Label>& labels) {
  Tally tally;
  tally.images = static_cast<double>(labels.size());
  tally.loss_sum = sums.loss;
  tally.margin_sum = sums.margin;
  tally.correct_ekl = sums.correct_loss;
  tally.confusion.assign(counts.begin(), counts.end());
  tally.class_images.resize(classes);
  for (const Label label : labels) tally.class_images[static_cast<std::size_t>(label)] += 1;
  const std::size_t step = counts.size() == classes ? 1 : classes + 1;
  for (std::size_t of_class = 0; of_class < classes; ++of_class) tally.correct += counts[of_class * step];
  return tally;
}

}  // namespace

RowScores::RowScores(std::shared_ptr<Device> device, std::size_t chips, std::size_t classes, std::size_t rows)
    : device_(std::move(device)),
      chips_(chips),
      classes_(classes),
      scores_(device_, rows * chips),
      lanes_(device_, chips * kTallyLanes),
      sums_(device_, chips),
      counts_(device_, chips * counts_of_chip(classes)) {}

std::size_t RowScores::bytes(std::size_t chips, std::size_t classes, std::size_t rows) {
  return chips * (rows * sizeof(RowScore) + (kTallyLanes + 1) * sizeof(ScoreSums) +
                  counts_of_chip(classes) * sizeof(std::uint32_t));
}

void RowScores::begin(const ListOnDevice& list) {
  const std::size_t needed = list.rows.count() * chips_;
  if (needed <= scores_.size()) return;
  scores_ = {};  // first, for there may not be room for both
  scores_ = DeviceArray<RowScore>(device_, needed);
}

void RowScores::add(const ListOnDevice& list, std::size_t first, std::size_t count, const float* logits) {
  const auto [begin, end] = list.scored(first, count);
  ScoreRows task{.logits = logits,
                 .labels = list.labels.data(),
                 .scores = scores_.data(),
                 .rows = end - begin,
                 .chips = chips_,
                 .classes = classes_};
  if (list.in_lanes) {
    task.numbers = list.in_lanes->rows_there.data() + begin;
    task.places = list.in_lanes->places_there.data() + begin;
    task.first_place = first;
  } else {
    task.labels += begin;
    task.scores += begin * chips_;
  }
  device_->launch(task);
}

std::vector<Tally> RowScores::tallies(const ListOnDevice& list, std::size_t chips) {
  std::vector<Tally> tallies(chips);
  if (list.rows.count() == 0) return tallies;
  const std::size_t of_chip = counts_of_chip(classes_);
  counts_.clear();
  device_->launch(TallyLanes{.scores = scores_.data(),
                             .labels = list.labels.data(),
                             .lanes = lanes_.data(),
                             .counts = counts_.data(),
                             .rows = list.rows.count(),
                             .chips = chips_,
                             .classes = classes_,
                             .confusion = classes_ <= Tally::kMostConfused});
  device_->launch(TallyTotals{.lanes = lanes_.data(), .sums = sums_.data(), .chips = chips_});
  const std::vector<ScoreSums> sums = sums_.download(0, chips);
  const std::vector<std::uint32_t> counts = counts_.download(0, chips * of_chip);
  for (std::size_t c = 0; c < chips; ++c)
    tallies[c] = tally_of(sums[c], std::span(counts).subspan(c * of_chip, of_chip), classes_, list.rows.labels);
  return tallies;
}

std::vector<RowScore> RowScores::scores(const ListOnDevice& list) const {
  return scores_.download(0, list.rows.count() * chips_);
}

}  // namespace ohmcarlo::gpu
