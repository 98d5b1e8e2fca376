#include "chip/array_network.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "chip/correlation.hpp"
#include "crossbar/calibration.hpp"
#include "crossbar/self_check.hpp"

namespace ohmcarlo {
namespace {

constexpr std::size_t kBatch = 512;

Matrix<float> pixels(const ImageSet& images, std::size_t first, std::size_t count) {
  const auto features = static_cast<Index>(images.pixels_per_image());
  const Eigen::Map<const Matrix<std::uint8_t>> bytes(images.pixels.data() + first * images.pixels_per_image(),
                                                     static_cast<Index>(count), features);
  return bytes.cast<float>() / 255.0F;
}

std::vector<std::uint32_t> numbers(std::size_t first, std::size_t count) {
  std::vector<std::uint32_t> images(count);
  std::iota(images.begin(), images.end(), static_cast<std::uint32_t>(first));
  return images;
}

/// Passes a product on and keeps what it gave.
class Recorded final : public Product<float> {
 public:
  Recorded(View<const float> weights, Matrix<float>& kept) : product_(weights), kept_(kept) {}
  void apply(View<const float> x, View<float> y) const override {
    product_.apply(x, y);
    kept_ = y.map();
  }
  [[nodiscard]] View<const float> backward_weights() const override { return product_.backward_weights(); }

 private:
  MatrixProduct<float> product_;
  Matrix<float>& kept_;
};

/// A product that is computed by a function of (x, y).
template <class Apply>
class CalledProduct final : public Product<float> {
 public:
  explicit CalledProduct(Apply apply) : apply_(std::move(apply)) {}
  void apply(View<const float> x, View<float> y) const override { apply_(x, y); }
  [[nodiscard]] View<const float> backward_weights() const override {
    throw std::logic_error("internal error: arrays are not trained");
  }

 private:
  Apply apply_;
};

RowNames name_rows(const std::vector<std::uint32_t>& images, Index rows) {
  return {images, rows / static_cast<Index>(images.size())};
}

/// Images that are read between two polls: work of about a tenth of a second or less where noise is drawn for every
/// cell, one image where a circuit is solved for each read.
Index images_at_once(const ArrayLayer& layer, const LayerScales& scales) {
  constexpr Index kMost = 128;  // what a layer multiplies together
  constexpr double kCellReads = 1e8;
  const ArrayOptions& options = layer.options();
  if (options.read_noise.zero() || options.read_form == ReadForm::columns) return kMost;
  if (!options.wires.ideal()) return 1;
  const double cells = static_cast<double>(layer.tiles().inputs * layer.tiles().outputs) * options.format.slices() *
                       options.format.polarities();
  return std::clamp(static_cast<Index>(kCellReads / (cells * scales.coding.reads())), Index{1}, kMost);
}

/// Reads rows of x, few enough at a time for `poll` to be called often.
void read_polled(const ArrayLayer& layer, View<const float> x, const std::vector<std::uint32_t>& images,
                 const LayerScales& scales, const ChipKey& chip, View<float> y, ConversionCounts* counts,
                 const Poll& poll) {
  const RowNames rows = name_rows(images, x.rows);
  const auto all = static_cast<Index>(images.size());
  const Index most = images_at_once(layer, scales);
  for (Index first = 0; first < all; first += most) {
    poll();
    const Index count = std::min(most, all - first);
    const RowNames part{rows.images.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count)),
                        rows.positions};
    layer.read(x.middle_rows(first * rows.positions, count * rows.positions), part, scales, chip,
               y.middle_rows(first * rows.positions, count * rows.positions), counts);
  }
}

template <class P>
PassWeights<float> pass(const std::vector<P>& products, const Parameters<float>& parameters) {
  PassWeights<float> weights;
  for (const P& product : products) weights.products.push_back(&product);
  for (const LayerParameters<float>& layer : parameters) weights.biases.push_back(&layer.bias);
  return weights;
}

}  // namespace

ArrayNetwork::ArrayNetwork(const NetworkSpec& spec, const Parameters<float>& parameters, const ArrayOptions& options,
                           const ImageSet& training, const ImageSet& test, const Poll& poll)
    : network_(spec), parameters_(&parameters), options_(&options), test_(&test), clean_(parameters.size()) {
  layers_.reserve(parameters.size());
  for (const LayerParameters<float>& layer : parameters) {
    poll();
    layers_.emplace_back(options, View<const float>(layer.weights));
  }
  calibrate_layers(training, poll);

  std::vector<Recorded> products;
  products.reserve(parameters.size());
  for (std::size_t i = 0; i < parameters.size(); ++i)
    products.emplace_back(View<const float>(parameters[i].weights), clean_[i]);
  Activations<float> activations;
  const Matrix<float> x = pixels(test, 0, std::min(test.count, kCorrelationImages));
  (void)network_.forward(x, pass(products, parameters), activations);
}

void ArrayNetwork::calibrate_layers(const ImageSet& training, const Poll& poll) {
  const std::size_t count = std::min(training.count, kCalibrationImages);
  const std::vector<std::uint32_t> images = numbers(0, count);
  // No noise of any kind: programming has not happened, reads and conversions are silent.
  ArrayOptions quiet = *options_;
  quiet.read_noise = {};
  quiet.adc.noise = {};
  std::vector<ArrayLayer> ideal;
  ideal.reserve(layers_.size());
  for (const LayerParameters<float>& layer : *parameters_) {
    poll();
    ideal.emplace_back(quiet, View<const float>(layer.weights));
  }
  const auto make = [&](std::size_t i) {
    return CalledProduct([&, i](View<const float> x, View<float> y) {
      poll();
      scales_.push_back(calibrate(ideal[i], x));
      check_chain(ideal[i], x, scales_.back());
      read_polled(ideal[i], x, images, scales_.back(), {}, y, nullptr, poll);
    });
  };
  std::vector<decltype(make(0))> products;
  products.reserve(layers_.size());
  for (std::size_t i = 0; i < layers_.size(); ++i) products.push_back(make(i));
  Activations<float> activations;
  (void)network_.forward(pixels(training, 0, count), pass(products, *parameters_), activations);
}

ArrayOutcome ArrayNetwork::evaluate(std::uint64_t key, std::uint32_t replica, std::uint32_t trial, const Poll& poll) {
  ArrayOutcome outcome;
  outcome.layers.resize(layers_.size());
  std::vector<ChipKey> chips;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    chips.push_back({key, {.replica = replica, .trial = trial}});
    chips.back().address.layer = static_cast<std::uint32_t>(i);
    poll();
    outcome.layers[i].cells = layers_[i].program(chips.back());
    if (const std::string why = contradiction(options_->cells, outcome.layers[i].cells); !why.empty())
      throw std::runtime_error(fmt::format("self-check of layer {} of chip {} failed: {}", i + 1, trial, why));
  }
  std::vector<ConversionCounts> counts(layers_.size());
  std::vector<Correlation> correlations(layers_.size());
  std::size_t first = 0;
  std::vector<std::uint32_t> images;
  const auto make = [&](std::size_t i) {
    return CalledProduct([&, i](View<const float> x, View<float> y) {
      read_polled(layers_[i], x, images, scales_[i], chips[i], y, &counts[i], poll);
      const Index start = static_cast<Index>(first) * name_rows(images, x.rows).positions;
      if (start < clean_[i].rows())
        correlations[i].add(
            y.middle_rows(0, std::min(y.rows, clean_[i].rows() - start)),
            View<const float>(clean_[i]).middle_rows(start, std::min(y.rows, clean_[i].rows() - start)));
    });
  };
  std::vector<decltype(make(0))> products;
  products.reserve(layers_.size());
  for (std::size_t i = 0; i < layers_.size(); ++i) products.push_back(make(i));
  const PassWeights<float> weights = pass(products, *parameters_);
  Activations<float> activations;
  for (; first < test_->count; first += kBatch) {
    const std::size_t count = std::min(kBatch, test_->count - first);
    images = numbers(first, count);
    const Matrix<float> x = pixels(*test_, first, count);
    tally(network_.forward(x, weights, activations), std::span(test_->labels).subspan(first, count),
          {&outcome.tally, 1});
  }
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    outcome.layers[i].correlation = correlations[i].value();
    outcome.layers[i].saturation = counts[i].conversions > 0 ? counts[i].saturated / counts[i].conversions
                                                             : std::numeric_limits<double>::quiet_NaN();
  }
  return outcome;
}

}  // namespace ohmcarlo
