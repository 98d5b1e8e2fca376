#include "chip/array_network.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "chip/correlation.hpp"
#include "crossbar/calibration.hpp"
#include "crossbar/self_check.hpp"

namespace ohmcarlo {
namespace {

/// Images of which patches, sums and the outputs of all layers fit into ArrayNetwork::kBatchBytes.
std::size_t images_together(const NetworkSpec& spec, std::size_t frames) {
  constexpr std::size_t kMost = 512;
  Index values = spec.inputs, largest = 0;
  for (const Node& layer : spec.layers) {
    values += layer.out().features;
    largest = std::max(largest, layer.operation->scratch_numbers());
  }
  const auto bytes = sizeof(float) * static_cast<std::size_t>(values + largest) * frames;
  return std::clamp(ArrayNetwork::kBatchBytes / bytes, std::size_t{1}, kMost);
}

std::vector<std::uint32_t> numbers(std::size_t first, std::size_t count) {
  std::vector<std::uint32_t> images(count);
  std::iota(images.begin(), images.end(), static_cast<std::uint32_t>(first));
  return images;
}

/// Passes a product on and keeps what it gave, call after call.
class Recorded final : public Product<float> {
 public:
  Recorded(View<const float> weights, std::vector<Matrix<float>>& kept) : product_(weights), kept_(kept) {}
  void apply(View<const float> x, View<float> y) const override {
    product_.apply(x, y);
    kept_.emplace_back(y.map());
  }
  [[nodiscard]] View<const float> backward_weights() const override { return product_.backward_weights(); }

 private:
  MatrixProduct<float> product_;
  std::vector<Matrix<float>>& kept_;
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

/// The samples that go through a network together.
struct Samples {
  std::vector<std::uint32_t> numbers;    ///< in the data set
  const Sequences* sequences = nullptr;  ///< of samples that are sequences
};

/// Calls visit(first row, rows, names) for all rows of the inputs of call number `call` of a layer, padding apart.
template <class Visit>
void for_each_stretch(const Samples& samples, const Node& layer, Index call, Index rows, const Visit& visit) {
  const auto count = static_cast<Index>(samples.numbers.size());
  if (layer.operation->is_recurrent()) {
    std::vector<std::uint32_t> running;
    for (const Index sequence : samples.sequences->order().first(static_cast<std::size_t>(rows)))
      running.push_back(samples.numbers[static_cast<std::size_t>(sequence)]);
    visit(0, rows, RowNames{running, 1, call});
  } else if (samples.sequences == nullptr || rows == count) {
    visit(0, rows, RowNames{samples.numbers, rows / count});
  } else {
    for (Index s = 0; s < count; ++s)
      visit(samples.sequences->row(s, 0), samples.sequences->length(s),
            RowNames{std::span(samples.numbers).subspan(static_cast<std::size_t>(s), 1), samples.sequences->length(s)});
  }
}

/// Images that are read between two polls, each with so many rows: work of about a tenth of a second or less where
/// noise is drawn for every cell, one image where a circuit is solved for each read.
Index images_at_once(const ArrayLayer& layer, const LayerScales& scales, Index positions) {
  const Index most = std::max<Index>(1, 128 / positions);  // 128 rows are what a layer multiplies together
  constexpr double kCellReads = 1e8;
  const ArrayOptions& options = layer.options();
  if (options.read_noise.zero() || options.read_form == ReadForm::columns) return most;
  if (!options.wires.ideal()) return 1;
  const double cells = static_cast<double>(layer.tiles().inputs * layer.tiles().outputs) * options.format.slices() *
                       options.format.polarities();
  return std::clamp(static_cast<Index>(kCellReads / (cells * scales.coding.reads() * static_cast<double>(positions))),
                    Index{1}, most);
}

/// Reads rows of x, few enough at a time for `poll` to be called often.
void read_polled(const ArrayLayer& layer, View<const float> x, const RowNames& rows, const LayerScales& scales,
                 const ChipKey& chip, View<float> y, ConversionCounts* counts, const Poll& poll) {
  const Index all = x.rows / rows.positions;
  const Index most = images_at_once(layer, scales, rows.positions);
  for (Index first = 0; first < all; first += most) {
    poll();
    const Index count = std::min(most, all - first);
    const RowNames part{rows.images.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count)),
                        rows.positions, rows.first_position};
    layer.read(x.middle_rows(first * rows.positions, count * rows.positions), part, scales, chip,
               y.middle_rows(first * rows.positions, count * rows.positions), counts);
  }
}

/// The scales of layer `layer`, with the ranges of converters that it has in `range_from`, if that is given.
LayerScales with_ranges(LayerScales own, const std::vector<LayerScales>* range_from, std::size_t layer) {
  if (range_from == nullptr) return own;
  const LayerScales& other = range_from->at(layer);
  require(other.quantisers.size() == own.quantisers.size(), "ranges are taken from a network of the same shape");
  // Ranges are in the unit of codes that are applied.
  if (other.coding.largest_applied() != own.coding.largest_applied() || other.coding.bipolar() != own.coding.bipolar())
    throw std::runtime_error(fmt::format(
        "layer {}: its inputs can be negative in one of the networks only, so that it cannot have the other "
        "one's converter ranges (hardware.dac.encoding decides)",
        layer + 1));
  own.quantisers = other.quantisers;
  return own;
}

template <class P>
PassWeights<float> pass(const std::vector<P>& products, const NetworkState<float>& state) {
  PassWeights<float> weights;
  weights.normalisations = state.normalisations.evaluated();
  for (const P& product : products) weights.products.push_back(&product);
  for (const LayerParameters<float>& layer : state.parameters) weights.biases.push_back(&layer.bias);
  return weights;
}

/// A network's calibration images on their way through it: weight layer after weight layer, batch after batch.
class Journey {
 public:
  Journey(const Network<float>& network, const SampleSet& images, const InputScaling& scaling, std::size_t batch)
      : network_(network),
        images_(images),
        scaling_(scaling),
        batch_(batch),
        count_(std::min(images.count(), ArrayNetwork::kCalibrationImages)),
        outputs_(network.spec().layers.size()),
        last_use_(network.spec().last_uses()) {}

  /// Calls with_batch(image numbers) once each batch of images has been put where layer `first` finds its inputs; it
  /// may run layers first .. by forward.
  template <class WithBatch>
  void each_batch(std::size_t first, const WithBatch& with_batch) {
    activations_.resize(outputs_.size());
    for (std::size_t start = 0; start < count_; start += batch_) {
      const std::size_t count = std::min(batch_, count_ - start);
      for (std::size_t i = 0; i < first; ++i)
        if (outputs_[i].rows() > 0)
          activations_[i] = outputs_[i].middleRows(static_cast<Index>(start), static_cast<Index>(count));
      fill_inputs(images_, scaling_, start, count, x_);
      with_batch(numbers(start, count));
    }
  }
  void forward(const PassWeights<float>& weights, std::size_t first, std::size_t last) {
    network_.forward_part(x_, weights, activations_, first, last);
  }

  /// Runs all images through layers [first, last) and keeps what layers from `last` on will take.
  template <class BeforeBatch>
  void advance(const PassWeights<float>& weights, std::size_t first, std::size_t last, const BeforeBatch& before) {
    std::size_t start = 0;
    each_batch(first, [&](const std::vector<std::uint32_t>& images) {
      before(images);
      forward(weights, first, last);
      for (std::size_t i = first; i < last; ++i) {
        if (last_use_[i] < last) continue;
        outputs_[i].resize(static_cast<Index>(count_), activations_[i].cols());
        outputs_[i].middleRows(static_cast<Index>(start), activations_[i].rows()) = activations_[i];
      }
      start += images.size();
    });
    for (std::size_t i = 0; i < last; ++i)
      if (last_use_[i] < last) outputs_[i].resize(0, 0);
  }

 private:
  const Network<float>& network_;
  const SampleSet& images_;
  const InputScaling& scaling_;
  std::size_t batch_;
  std::size_t count_;
  std::vector<Matrix<float>> outputs_;  ///< of layers that later ones take, for all images
  std::vector<std::size_t> last_use_;   ///< the last layer that takes each one's outputs
  Activations<float> activations_;      ///< of the batch
  Matrix<float> x_;
};

}  // namespace

ArrayNetwork::ArrayNetwork(const NetworkSpec& spec, const NetworkState<float>& state, const ArrayOptions& options,
                           const SampleSet& training, const EvaluationSet& test, const Poll& poll, bool keep_planes,
                           const std::vector<LayerScales>* range_from)
    : network_(spec),
      state_(&state),
      options_(&options),
      test_(&test),
      batch_(images_together(spec, test.data().longest())),
      specs_(spec.weight_layers()) {
  layers_.reserve(state.parameters.size());
  for (const LayerParameters<float>& layer : state.parameters) {
    poll();
    layers_.emplace_back(options, View<const float>(layer.weights), keep_planes);
  }
  if (training.is_sequences())
    calibrate_on_sequences(training, poll, range_from);
  else
    calibrate_layers(training, poll, range_from);
}

void ArrayNetwork::calibrate_layers(const SampleSet& training, const Poll& poll,
                                    const std::vector<LayerScales>* range_from) {
  // No noise of any kind: programming has not happened, reads and conversions are silent.
  ArrayOptions quiet = *options_;
  quiet.read_noise = {};
  quiet.adc.noise = {};
  const std::vector<Node>& layers = network_.spec().layers;
  std::vector<std::size_t> starts;  // of the part of the network that begins with each weight layer
  for (std::size_t i = 0; i < layers.size(); ++i)
    if (layers[i].has_weights()) starts.push_back(i);

  // What the weight layer that is being calibrated does with its inputs.
  std::function<void(View<const float>, View<float>)> apply;
  const std::vector<CalledProduct<std::function<void(View<const float>, View<float>)>>> products(
      layers_.size(), CalledProduct<std::function<void(View<const float>, View<float>)>>(
                          [&](View<const float> x, View<float> y) { apply(x, y); }));
  const PassWeights<float> weights = pass(products, *state_);
  Journey journey(network_, training, test_->scaling(), batch_);
  journey.advance(weights, 0, starts.empty() ? layers.size() : starts.front(), [](const auto&) {});
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    poll();
    const ArrayLayer ideal(quiet, View<const float>(state_->parameters[i].weights));
    Calibration calibration(ideal);
    const std::size_t first = starts[i], last = i + 1 < starts.size() ? starts[i + 1] : layers.size();
    const auto show_inputs = [&](const auto& to) {
      apply = [&](View<const float> x, View<float> y) {
        poll();
        to(x);
        y.map().setZero();
      };
      journey.each_batch(first, [&](const auto&) { journey.forward(weights, first, first + 1); });
    };
    show_inputs([&](View<const float> x) { calibration.see(x); });
    if (calibration.needs_sums()) show_inputs([&](View<const float> x) { calibration.measure(x); });
    scales_.push_back(with_ranges(calibration.scales(), range_from, scales_.size()));

    std::vector<std::uint32_t> images;
    apply = [&](View<const float> x, View<float> y) {
      if (images.front() == 0) check_chain(ideal, x, scales_.back());
      read_polled(ideal, x, {images, x.rows / static_cast<Index>(images.size())}, scales_.back(), {}, y, nullptr, poll);
    };
    journey.advance(weights, first, last, [&](const std::vector<std::uint32_t>& batch) { images = batch; });
  }
}

void ArrayNetwork::calibrate_on_sequences(const SampleSet& training, const Poll& poll,
                                          const std::vector<LayerScales>* range_from) {
  ArrayOptions quiet = *options_;
  quiet.read_noise = {};
  quiet.adc.noise = {};
  Samples samples{numbers(0, std::min(training.count(), kCalibrationSequences))};
  Batch batch;
  fill_batch(training, test_->scaling(), samples.numbers, batch);
  samples.sequences = batch.sequences_or_null();

  using Apply = std::function<void(View<const float>, View<float>)>;
  Apply apply;  // what the weight layer that is being calibrated does with its inputs
  const std::vector<CalledProduct<Apply>> products(
      layers_.size(), CalledProduct<Apply>([&](View<const float> x, View<float> y) { apply(x, y); }));
  PassWeights<float> weights = pass(products, *state_);
  weights.sequences.sequences = samples.sequences;
  Activations<float> activations;
  std::size_t done = 0, weight_layer = 0;
  for (std::size_t i = 0; i < network_.spec().layers.size(); ++i) {
    if (!network_.spec().layers[i].has_weights()) continue;
    network_.forward_part(batch.x, weights, activations, done, i);
    done = i + 1;
    const Node& spec = specs_[weight_layer];
    const View<const float> clean(state_->parameters[weight_layer].weights);
    const ArrayLayer ideal(quiet, clean);
    ++weight_layer;
    Index call = 0;
    const auto show_inputs = [&](const auto& to) {
      call = 0;
      apply = [&](View<const float> x, View<float> y) {
        poll();
        for_each_stretch(samples, spec, call++, x.rows,
                         [&](Index row, Index rows, const RowNames&) { to(x.middle_rows(row, rows)); });
        MatrixProduct<float>(clean).apply(x, y);
      };
      network_.forward_part(batch.x, weights, activations, i, i + 1);
    };
    Calibration calibration(ideal);
    show_inputs([&](View<const float> x) { calibration.see(x); });
    if (calibration.needs_sums()) show_inputs([&](View<const float> x) { calibration.measure(x); });
    scales_.push_back(with_ranges(calibration.scales(), range_from, scales_.size()));

    call = 0;
    apply = [&](View<const float> x, View<float> y) {
      y.map().setZero();
      for_each_stretch(samples, spec, call, x.rows, [&](Index row, Index rows, const RowNames& names) {
        if (call == 0 && row == 0) check_chain(ideal, x.middle_rows(row, rows), scales_.back());
        read_polled(ideal, x.middle_rows(row, rows), names, scales_.back(), {}, y.middle_rows(row, rows), nullptr,
                    poll);
      });
      ++call;
    };
    network_.forward_part(batch.x, weights, activations, i, i + 1);
  }
}

void ArrayNetwork::program(std::uint64_t key, std::uint32_t replica, std::uint32_t trial, const Poll& poll) {
  chips_.clear();
  reports_.clear();
  corrections_.assign(layers_.size(), std::nullopt);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const auto layer = static_cast<std::uint32_t>(i);
    chips_.push_back({key, {.layer = layer, .replica = replica, .trial = trial}});
    poll();
    reports_.push_back(layers_[i].program(chips_.back()));
    CellModel asked = options_->cells;
    if (asked.defects && !asked.defects->in(layer)) asked.defects.reset();
    if (const std::string why = contradiction(asked, reports_.back()); !why.empty())
      throw std::runtime_error(fmt::format("self-check of layer {} of chip {} failed: {}", i + 1, trial, why));
  }
}

void ArrayNetwork::read(std::size_t i, View<const float> x, const RowNames& rows, const ChipKey& reads, View<float> y,
                        const Poll& poll, ConversionCounts* counts) const {
  read_polled(layers_[i], x, rows, scales_[i], reads, y, counts, poll);
  if (corrections_[i]) corrections_[i]->apply(x, y);
}

ArrayOutcome ArrayNetwork::test(const Poll& poll) const {
  ArrayOutcome outcome;
  outcome.layers.resize(layers_.size());
  for (std::size_t i = 0; i < layers_.size(); ++i) outcome.layers[i].cells = reports_[i];
  std::vector<ConversionCounts> counts(layers_.size());
  std::vector<Correlation> correlations(layers_.size());
  std::vector<std::vector<Matrix<float>>> clean(layers_.size());  // products of the first samples of the batch
  std::vector<std::size_t> calls(layers_.size());                 // of each layer in this pass
  Samples samples;
  const auto make = [&](std::size_t i) {
    return CalledProduct([&, i](View<const float> x, View<float> y) {
      const std::size_t call = calls[i]++;
      if (samples.sequences != nullptr) y.map().setZero();  // padding
      for_each_stretch(
          samples, specs_[i], static_cast<Index>(call), x.rows, [&](Index row, Index rows, const RowNames& names) {
            read(i, x.middle_rows(row, rows), names, chips_[i], y.middle_rows(row, rows), poll, &counts[i]);
            if (call >= clean[i].size()) return;
            const View<const float> ideal(clean[i][call]);
            const Index compared = std::clamp<Index>(ideal.rows - row, 0, rows);
            if (compared > 0) correlations[i].add(y.middle_rows(row, compared), ideal.middle_rows(row, compared));
          });
    });
  };
  std::vector<decltype(make(0))> products;
  std::vector<Recorded> recorded;
  products.reserve(layers_.size());
  recorded.reserve(layers_.size());
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    products.push_back(make(i));
    recorded.emplace_back(View<const float>(state_->parameters[i].weights), clean[i]);
  }
  PassWeights<float> weights = pass(products, *state_), clean_weights = pass(recorded, *state_);
  Activations<float> activations;
  Batch batch;
  const auto all = static_cast<std::size_t>(test_->images());
  for (std::size_t first = 0; first < all; first += batch_) {
    const std::size_t count = std::min(batch_, all - first);
    test_->batch(static_cast<Index>(first), static_cast<Index>(count), batch);
    samples = {numbers(first, count), batch.sequences_or_null()};
    weights.sequences.sequences = clean_weights.sequences.sequences = samples.sequences;
    for (std::vector<Matrix<float>>& of_layer : clean) of_layer.clear();
    if (first < kCorrelationImages) {
      // Of sequences always the whole batch, which decides on their order.
      const Index compared = static_cast<Index>(std::min(count, kCorrelationImages - first));
      (void)network_.forward(
          View<const float>(batch.x).middle_rows(0, samples.sequences != nullptr ? batch.x.rows() : compared),
          clean_weights, activations);
    }
    calls.assign(layers_.size(), 0);
    tally_batch(network_.forward(batch.x, weights, activations), batch.targets(), {&outcome.tally, 1});
  }
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    outcome.layers[i].correlation = correlations[i].value();
    outcome.layers[i].saturation = counts[i].conversions > 0 ? counts[i].saturated / counts[i].conversions
                                                             : std::numeric_limits<double>::quiet_NaN();
  }
  return outcome;
}

}  // namespace ohmcarlo
