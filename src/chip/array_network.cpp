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

template <class P>
PassWeights<float> pass(const std::vector<P>& products, const Parameters<float>& parameters) {
  PassWeights<float> weights;
  for (const P& product : products) weights.products.push_back(&product);
  for (const LayerParameters<float>& layer : parameters) weights.biases.push_back(&layer.bias);
  return weights;
}

}  // namespace

ArrayNetwork::ArrayNetwork(const NetworkSpec& spec, const Parameters<float>& parameters, const ArrayOptions& options,
                           const ImageSet& training, const ImageSet& test)
    : network_(spec), parameters_(&parameters), options_(&options), test_(&test), clean_(parameters.size()) {
  layers_.reserve(parameters.size());
  for (const LayerParameters<float>& layer : parameters)
    layers_.emplace_back(options, View<const float>(layer.weights));
  calibrate_layers(training);

  std::vector<Recorded> products;
  products.reserve(parameters.size());
  for (std::size_t i = 0; i < parameters.size(); ++i)
    products.emplace_back(View<const float>(parameters[i].weights), clean_[i]);
  Activations<float> activations;
  const Matrix<float> x = pixels(test, 0, std::min(test.count, kCorrelationImages));
  (void)network_.forward(x, pass(products, parameters), activations);
}

void ArrayNetwork::calibrate_layers(const ImageSet& training) {
  const std::size_t count = std::min(training.count, kCalibrationImages);
  const std::vector<std::uint32_t> images = numbers(0, count);
  ArrayOptions quiet =
      *options_;  // no noise of any kind: programming has not happened, reads and conversions are silent
  quiet.read_noise = {};
  quiet.adc.noise = {};
  std::vector<ArrayLayer> ideal;
  ideal.reserve(layers_.size());
  for (const LayerParameters<float>& layer : *parameters_) ideal.emplace_back(quiet, View<const float>(layer.weights));
  const auto make = [&](std::size_t i) {
    return CalledProduct([&, i](View<const float> x, View<float> y) {
      scales_.push_back(calibrate(ideal[i], x));
      check_chain(ideal[i], x, scales_.back());
      ideal[i].read(x, name_rows(images, x.rows), scales_.back(), {}, y);
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
      const RowNames rows = name_rows(images, x.rows);
      layers_[i].read(x, rows, scales_[i], chips[i], y, &counts[i]);
      const Index start = static_cast<Index>(first) * rows.positions;
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
    poll();
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
