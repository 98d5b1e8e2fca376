#include "gpu/device_chips.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.hpp"
#include "chip/programming.hpp"

namespace ohmcarlo::gpu {
namespace {

std::size_t groups_of(Index copies, const GroupShape& shape) {
  return (static_cast<std::size_t>(copies) + shape.chips - 1) / shape.chips;
}

/// Every image that a list names, once.
std::vector<std::uint32_t> all_of(std::span<const std::vector<std::uint32_t>> lists) {
  std::vector<std::uint32_t> images;
  for (const std::vector<std::uint32_t>& list : lists) images.insert(images.end(), list.begin(), list.end());
  std::ranges::sort(images);
  images.erase(std::unique(images.begin(), images.end()), images.end());
  return images;
}

}  // namespace

DeviceChips::DeviceChips(std::shared_ptr<Device> device, std::shared_ptr<const TrainedNetwork> network,
                         const Variation& variation, std::shared_ptr<DeviceImages> images, Index copies,
                         const GroupShape& shape)
    : device_(std::move(device)),
      trained_(std::move(network)),
      variation_(variation),
      images_(std::move(images)),
      copies_(copies),
      shape_(shape),
      draws_(device_) {
  require(copies > 0, "there are chips");
  const std::size_t needed = bytes(*trained_, *images_->test(), copies, shape);
  if (device_->free_bytes() < needed) images_->leave();
  if (const std::size_t free = device_->free_bytes(); free < needed)
    throw std::runtime_error(
        fmt::format("{}: too little memory for {} chips of this network ({:.1f} MB are needed, and {:.1f} MB are free)",
                    device_->name(), copies, static_cast<double>(needed) / 1e6, static_cast<double>(free) / 1e6));
  for (const LayerParameters<float>& layer : trained_->state.parameters) {
    const float* first = layer.weights.data();
    DeviceLayer& there = layers_.emplace_back();
    there.law = weight_law(variation, layer.weights.cwiseAbs().maxCoeff());
    there.clean = DeviceArray<float>(device_, std::vector<float>(first, first + layer.weights.size()));
    for (std::size_t group = 0; group < groups_of(copies, shape); ++group) {
      there.weights.emplace_back(device_, shape.chips * there.clean.size());
      there.weights.back().clear();  // spare chips hold zeros
    }
  }
  pass_ = std::make_unique<DevicePass>(device_, *trained_, shape);
  scores_ = std::make_unique<RowScores>(device_, shape.chips, static_cast<std::size_t>(trained_->spec.classes),
                                        count_rows(*images_->test()));
  images_->settle(shape_.in_lanes());
}

std::size_t DeviceChips::bytes(const TrainedNetwork& network, const EvaluationSet& test, Index copies,
                               const GroupShape& shape) {
  std::size_t weights = 0;
  for (const LayerParameters<float>& layer : network.state.parameters)
    weights += static_cast<std::size_t>(layer.weights.size()) * (1 + groups_of(copies, shape) * shape.chips);
  return weights * sizeof(float) + DevicePass::bytes(network, shape) +
         RowScores::bytes(shape.chips, static_cast<std::size_t>(network.spec.classes), count_rows(test)) +
         DeviceImages::bytes_of_lists(test, shape.in_lanes());
}

std::size_t DeviceChips::chips_of(std::size_t group) const {
  return std::min(shape_.chips, static_cast<std::size_t>(copies_) - group * shape_.chips);
}

void DeviceChips::program(const ChipNumbers& chips, const Poll& poll) {
  for (std::size_t group = 0; group < groups(); ++group) {
    poll();
    std::vector<Address> addresses;
    for (std::size_t i = 0; i < chips_of(group); ++i)
      addresses.push_back(chip_address(variation_, chips.replica,
                                       chips.first_trial + static_cast<std::uint32_t>(group * shape_.chips + i)));
    write(group, std::vector<Lineage>(chips_of(group), Lineage(chips.key)), std::move(addresses));
  }
}

void DeviceChips::program_each(std::span<const Lineage> chips, std::uint32_t replica, const Poll& poll) {
  require(std::ssize(chips) == copies_, "every chip has a lineage");
  for (std::size_t group = 0; group < groups(); ++group) {
    poll();
    write(group, chips.subspan(group * shape_.chips, chips_of(group)),
          std::vector<Address>(chips_of(group), chip_address(variation_, replica, 0)));
  }
}

void DeviceChips::write(std::size_t group, std::span<const Lineage> lineages, std::vector<Address> addresses) {
  draws_.set(lineages);
  for (std::size_t layer = 0; layer < layers_.size(); ++layer) {
    for (Address& address : addresses) address.layer = static_cast<std::uint32_t>(layer);
    const DeviceLayer& there = layers_[layer];
    device_->launch(draws_.task(there.law, addresses, there.clean, there.weights[group].data()));
  }
}

template <class Take>
void DeviceChips::run(std::size_t group, const ListOnDevice& list, const Poll& poll, const Take& take) const {
  std::vector<const float*> weights;
  for (const DeviceLayer& layer : layers_) weights.push_back(layer.weights[group].data());
  pass_->begin();
  for (std::size_t first = 0; first < list.inputs(); first += shape_.rows) {
    poll();
    images_->fill(list, first, shape_.rows, pass_->x());
    const std::uint8_t* ends = list.in_lanes ? list.in_lanes->ends_there.data() + first : nullptr;
    take(first, std::min(shape_.rows, list.inputs() - first), pass_->run(weights, ends));
  }
}

void DeviceChips::score(std::size_t group, const ListOnDevice& list, const Poll& poll) const {
  scores_->begin(list);
  run(group, list, poll,
      [&](std::size_t first, std::size_t count, const float* logits) { scores_->add(list, first, count, logits); });
}

std::vector<ChipOutcome> DeviceChips::evaluate(std::span<const std::uint32_t> images, const Poll& poll) const {
  const std::shared_ptr<const ListOnDevice> list = images_->list(images, shape_.in_lanes());
  std::vector<ChipOutcome> outcomes;
  for (std::size_t group = 0; group < groups(); ++group) {
    score(group, *list, poll);
    for (Tally& tally : scores_->tallies(*list, chips_of(group))) outcomes.emplace_back().tally = std::move(tally);
  }
  return outcomes;
}

std::vector<ChipOutcome> DeviceChips::evaluate_each(std::span<const std::vector<std::uint32_t>> images,
                                                    const Poll& poll) const {
  require(std::ssize(images) == copies_, "every chip has a list of images");
  for (const std::vector<std::uint32_t>& list : images) images_->test()->require_inside(list);
  std::vector<ChipOutcome> outcomes(images.size());
  for (std::size_t group = 0; group < groups(); ++group) {
    const std::size_t first = group * shape_.chips;
    const std::shared_ptr<const ListOnDevice> all =
        images_->list(all_of(images.subspan(first, chips_of(group))), shape_.in_lanes());
    score(group, *all, poll);
    const std::vector<RowScore> scores = scores_->scores(*all);
    for (std::size_t i = first; i < first + chips_of(group); ++i)
      outcomes[i].answers = answers_of(static_cast<Index>(i), images[i], all->rows, scores);
  }
  return outcomes;
}

std::vector<Answer> DeviceChips::answers_of(Index copy, std::span<const std::uint32_t> list, const ScoredRows& scored,
                                            const std::vector<RowScore>& scores) const {
  const std::size_t in_group = static_cast<std::size_t>(copy) % shape_.chips;
  std::vector<Answer> answers;
  for (std::size_t place = 0; place < list.size(); ++place) {
    const auto image =
        static_cast<std::size_t>(std::ranges::lower_bound(scored.images, list[place]) - scored.images.begin());
    for (std::size_t row = scored.first_row[image]; row < scored.first_row[image + 1]; ++row) {
      const RowScore& score = scores[row * shape_.chips + in_group];
      answers.push_back({.place = static_cast<std::uint32_t>(place),
                         .label = scored.labels[row],
                         .answer = score.answer,
                         .loss = score.loss(),
                         .margin = score.margin});
    }
  }
  return answers;
}

LabelledLogits DeviceChips::logits(Index copy, std::span<const std::uint32_t> images, const Poll& poll) const {
  const std::size_t in_group = static_cast<std::size_t>(copy) % shape_.chips;
  const Index classes = trained_->spec.classes;
  const auto width = static_cast<Index>(shape_.chips) * classes;
  LabelledLogits all = blank_logits(images_->test()->data(), images);
  const std::shared_ptr<const ListOnDevice> list = images_->list(images, shape_.in_lanes());
  run(static_cast<std::size_t>(copy) / shape_.chips, *list, poll,
      [&](std::size_t first, std::size_t count, const float* there) {
        Matrix<float> batch(static_cast<Index>(count), width);
        device_->download(batch.data(), there, static_cast<std::size_t>(batch.size()) * sizeof(float));
        for (const RowOfBatch& scored : list->scored_rows(first, count))
          all.logits.row(scored.row) = batch.row(scored.place).segment(static_cast<Index>(in_group) * classes, classes);
      });
  return all;
}

std::vector<LayerContent> DeviceChips::contents(Index copy) const {
  const std::size_t group = static_cast<std::size_t>(copy) / shape_.chips;
  const std::size_t in_group = static_cast<std::size_t>(copy) % shape_.chips;
  std::vector<LayerContent> contents;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const LayerParameters<float>& clean = trained_->state.parameters[i];
    const std::size_t cells = layers_[i].clean.size();
    const std::vector<float> weights = layers_[i].weights[group].download(in_group * cells, cells);
    LayerContent& layer = contents.emplace_back();
    layer.weights = View<const float>(weights.data(), clean.weights.rows(), clean.weights.cols()).map();
    layer.bias = clean.bias;
  }
  return contents;
}

}  // namespace ohmcarlo::gpu
