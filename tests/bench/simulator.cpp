// Speed of the clocked simulator: an LSTM of 128 cells on 39 features with a dense layer of 61 classes on every frame,
// as paper 004 has it: arrays of 1152 x 128, digits of 7 bits, read noise that depends on conductances, four converters
// an array, and no trace. "steps/s" are frames.

#include <numeric>

#include <benchmark/benchmark.h>

#include "base/memory.hpp"
#include "crossbar/binary_sums.hpp"
#include "network/architecture.hpp"
#include "random/stream.hpp"
#include "simulator/simulate.hpp"

namespace ohmcarlo {
namespace {

constexpr std::size_t kFrames = 100, kFeatures = 39;

ArrayNetwork make_network(std::size_t sequences) {
  keep_freed_memory();
  FrameSequences set{.coefficients = kFeatures, .values = {}, .first = {0}, .frame_wise = true, .labels = {}};
  for (std::size_t s = 1; s <= sequences; ++s) set.first.push_back(s * kFrames);
  set.values.resize(kFeatures * kFrames * sequences);
  Stream(6, {.purpose = Purpose::initialisation}).normals(0, set.values);
  set.labels.assign(kFrames * sequences, 1);
  const SampleSet samples = SampleSet::of_sequences(std::move(set), 61);
  const std::string layers[] = {"lstm 128 table 64", "dense classes"};
  const NetworkSpec spec = build_network({static_cast<Index>(kFeatures), 1, 1}, 61, layers);
  ArrayOptions options;
  options.format = {Mapping::sign_magnitude, 7, 0};
  options.cells.range = {4e-6, 44e-6, options.format.top()};
  options.read_noise = sd_of_fit({}, options.cells.range);
  options.tile_rows = 1152;
  options.tile_columns = 128;
  options.dac.coding = {.bits = 8, .read_bits = 1, .encoding = InputEncoding::sign_magnitude};
  options.adc.bits = 8;
  const auto trained =
      std::make_shared<const TrainedNetwork>(TrainedNetwork{spec, {initial_parameters(spec, 4, 0), {}}});
  ArrayNetwork network(trained, {.arrays = options}, samples, std::make_shared<const EvaluationSet>(samples), [] {});
  network.program(1, 0, 0, [] {});
  return network;
}

void simulate_lstm(benchmark::State& state) {
  const ArrayNetwork network = make_network(1);
  SimulationOptions options;
  options.accelerator.converters = state.range(0);
  const std::vector<std::uint32_t> images{0};
  for (auto _ : state) benchmark::DoNotOptimize(simulate(network, options, images, [] {}).cycles);
  state.counters["steps/s"] = benchmark::Counter(kFrames, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(simulate_lstm)->Arg(4)->Arg(1)->Unit(benchmark::kMillisecond);

/// The same frames through the functional model, in as many sequences side by side.
void functional_lstm(benchmark::State& state) {
  const auto sequences = static_cast<std::size_t>(state.range(0));
  const ArrayNetwork network = make_network(sequences);
  std::vector<std::uint32_t> images(sequences);
  std::iota(images.begin(), images.end(), 0U);
  for (auto _ : state) benchmark::DoNotOptimize(network.logits(images, [] {}).logits.data());
  state.counters["steps/s"] =
      benchmark::Counter(static_cast<double>(kFrames * sequences), benchmark::Counter::kIsIterationInvariantRate);
}
/// What no functional model of these arrays can do without: the binary sums of levels and of variances, and a normal
/// for every column and read. 192 sequences, half of which are read together.
void sums_and_normals(benchmark::State& state) {
  constexpr int kBits = 7;
  constexpr Index kSequences = 192, kTogether = 96;
  struct Layer {
    Index rows, columns;
  };
  for (auto _ : state)
    for (const Layer layer : {Layer{kFeatures + 128, 512}, Layer{128, 61}}) {
      const Matrix<float> levels = Matrix<float>::Ones(layer.rows, layer.columns);
      Matrix<std::int16_t> codes(kTogether, layer.rows);
      for (Index i = 0; i < codes.size(); ++i) codes.data()[i] = static_cast<std::int16_t>(i * 37 % 255 - 127);
      const Matrix<std::uint16_t> magnitudes = codes.cwiseAbs().cast<std::uint16_t>();
      Matrix<float> sums(kTogether * kBits, layer.columns);
      std::vector<float> normals(static_cast<std::size_t>(layer.columns));
      for (Index first = 0; first < kSequences; first += kTogether) {
        binary_sums(View<const float>(levels), BitPlanes(View<const std::int16_t>(codes), kBits), 0, sums);
        binary_sums(View<const float>(levels), BitPlanes(View<const std::uint16_t>(magnitudes), kBits), 0, sums);
        for (Index r = 0; r < sums.rows(); ++r) {
          const Address address{.purpose = Purpose::read_column, .event = static_cast<std::uint32_t>(r)};
          Stream(1, address).normals(0, normals);
        }
        benchmark::DoNotOptimize(sums.data());
      }
    }
  state.counters["steps/s"] = benchmark::Counter(kSequences, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(sums_and_normals)->Unit(benchmark::kMillisecond);
// Long enough that the first pass, which asks for new memory, does not count.
BENCHMARK(functional_lstm)->Arg(1)->Arg(16)->Arg(192)->MinTime(4)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace ohmcarlo
