// Reads of arrays on the first device of CUDA: paper 004's arrays (table 1), one vector each, and whole trials, beside
// what the processor takes for them and what of them stays with it ("rest": reads that take no time).
// tests/bench/gpu/torch_arrays.py does the work of the first two in torch.

#include <algorithm>
#include <memory>
#include <random>

#include <benchmark/benchmark.h>

#include "chip/array_network.hpp"
#include "gpu/device_arrays.hpp"
#include "gpu_device.hpp"
#include "linalg/product.hpp"
#include "network/architecture.hpp"

namespace {

using namespace ohmcarlo;

// --- Table 1: arrays of one layer whose row tiles they are -----------------------------------------------------------

struct Table {
  std::uint64_t arrays, rows, columns;
  [[nodiscard]] std::uint64_t cells() const { return arrays * rows * columns; }
};
constexpr Table kTables[] = {{512, 1024, 1024}, {100, 3000, 3000}, {3000, 1152, 128}};
constexpr gpu::SdNumbers kLaw{0.01F, 0.02F, -0.005F};

/// What is read, on a device.
struct Arrays {
  Table table;
  gpu::WordLines lines;
  gpu::DeviceArray<float> cells, x, sums;
  gpu::DeviceArray<double> totals;
  gpu::DeviceArray<std::uint64_t> events;

  Arrays(const std::shared_ptr<gpu::Device>& device, const Table& of)
      : table(of),
        lines{of.arrays * of.rows, of.rows},
        cells(device, of.cells()),
        x(device, std::vector<float>(of.arrays * of.rows, 0.7F)),
        sums(device, of.arrays * of.columns),
        totals(device, of.arrays * of.columns),
        events(device, std::vector<std::uint64_t>{5}) {
    device->launch(gpu::DrawNormals{{1, 2}, {3, 4, 5}, table.cells(), cells.data()});
  }

  [[nodiscard]] gpu::SumCells sum_cells() const {
    gpu::SumCells task;
    task.codes = x.data();
    task.events = events.data();
    task.sums = sums.data();
    task.lines = lines;
    task.planes[0] = {.cells = cells.data(), .columns = table.columns, .all_columns = table.columns};
    task.sd = kLaw;
    task.rows = task.slices = 1;
    task.columns = table.columns;
    return task;
  }
  /// Of single cells, whose noise follows from their levels; or without noise.
  [[nodiscard]] gpu::ReadTiles<1> read_tiles(bool noise) const {
    gpu::ReadTiles<1> task;
    task.codes = x.data();
    task.levels = cells.data();
    task.events = events.data();
    task.totals = totals.data();
    task.lines = lines;
    task.noise.kind = noise ? gpu::ColumnNoise::Kind::of_levels : gpu::ColumnNoise::Kind::none;
    task.noise.sd = kLaw;
    task.read_weight[0] = task.slice_weight[0] = 1;
    task.rows = 1;
    task.width = task.columns = table.columns;
    return task;
  }
};

/// Times what `make` makes for the arrays of a table, whose cells are read once.
template <class Make>
void read_table(benchmark::State& state, Make make) {
  const std::shared_ptr<gpu::Device> device = device_or_skip(state);
  if (!device) return;
  const Table& table = kTables[state.range(0)];
  const Arrays arrays(device, table);
  constexpr int kReads = 10;
  for (auto _ : state) {
    for (int i = 0; i < kReads; ++i) device->launch(make(arrays));
    (void)arrays.events.download(0, 1);  // waits
  }
  const double cells = static_cast<double>(table.cells()) * kReads * static_cast<double>(state.iterations());
  state.counters["ms_each"] =
      benchmark::Counter(1e-3 * kReads, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
  state.counters["cells/s"] = benchmark::Counter(cells, benchmark::Counter::kIsRate);
  state.counters["bytes/s"] = benchmark::Counter(cells * sizeof(float), benchmark::Counter::kIsRate);
}

void noise_of_cells(benchmark::State& state) {
  read_table(state, [](const Arrays& arrays) { return gpu::Task(arrays.sum_cells()); });
}
void noise_of_columns(benchmark::State& state) {
  read_table(state, [](const Arrays& arrays) { return gpu::Task(arrays.read_tiles(true)); });
}
void no_noise(benchmark::State& state) {
  read_table(state, [](const Arrays& arrays) { return gpu::Task(arrays.read_tiles(false)); });
}
/// As many normals, written: what drawing them costs, and a pass over the memory.
void normals_alone(benchmark::State& state) {
  read_table(state, [](const Arrays& arrays) {
    return gpu::Task(gpu::DrawNormals{{1, 2}, {3, 4, 5}, arrays.table.cells(), arrays.cells.data()});
  });
}
BENCHMARK(noise_of_cells)->DenseRange(0, 2)->UseRealTime();
BENCHMARK(noise_of_columns)->DenseRange(0, 2)->UseRealTime();
BENCHMARK(no_noise)->DenseRange(0, 2)->UseRealTime();
BENCHMARK(normals_alone)->DenseRange(0, 2)->UseRealTime();

// --- Whole trials ----------------------------------------------------------------------------------------------------

/// Reads that take no time and give no sums.
class NoReads final : public ArrayReads {
 public:
  void read(std::size_t /*i*/, const LayerRead& read) override { read.y.map().setZero(); }
};

enum class Reader : std::uint8_t { processor, device, nobody };

template <class MakeNetwork>
void trials(benchmark::State& state, Reader reader, const std::shared_ptr<const EvaluationSet>& test,
            MakeNetwork make) {
  use_one_thread();
  std::shared_ptr<ArrayReads> reads;
  if (reader == Reader::nobody) reads = std::make_shared<NoReads>();
  if (reader == Reader::device) {
    const std::shared_ptr<gpu::Device> device = device_or_skip(state);
    if (!device) return;
    reads = std::make_shared<gpu::DeviceArrays>(device);
  }
  ArrayNetwork network = make(reads);
  std::uint32_t chip = 0;
  for (auto _ : state) {
    network.program(1, 0, chip++, [] {});
    benchmark::DoNotOptimize(network.evaluate(test->all(), [] {}));
  }
}

std::shared_ptr<const TrainedNetwork> untrained(const NetworkSpec& spec) {
  return std::make_shared<const TrainedNetwork>(TrainedNetwork{spec, {initial_parameters(spec, 1, 0), {}}});
}

/// W2: 784-100-10, 8-bit weights on pairs of four slices, 8-bit inputs bit by bit, converters of 8 bits, read noise;
/// 10,000 images, 19 % of whose pixels are not 0, as digits have them.
void w2(benchmark::State& state, Reader reader) {
  std::mt19937 bits(1);
  std::vector<std::uint8_t> pixels(std::size_t{10000} * 784);
  for (std::uint8_t& pixel : pixels) pixel = bits() % 100 < 19 ? static_cast<std::uint8_t>(bits() % 256) : 0;
  std::vector<Label> labels(10000);
  for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = static_cast<Label>(i % 10);
  const SampleSet images = SampleSet::of_images({1, 28, 28}, std::move(pixels), std::move(labels), 10);
  const auto test = std::make_shared<const EvaluationSet>(images);
  ArrayOptions options;
  options.format = {Mapping::one_sided, 8, 2};
  options.cells.range.top = options.format.top();
  options.cells.variation.sigma = 0.1;
  options.tile_rows = 128;
  options.dac.coding = {.bits = 8, .read_bits = 1, .encoding = InputEncoding::automatic};
  options.adc.bits = 8;
  options.read_noise = {0.06F, 0, 0};
  trials(state, reader, test, [&](const std::shared_ptr<ArrayReads>& reads) {
    return ArrayNetwork(untrained(mlp(784, {100}, "relu", 10)), {.arrays = options, .reads = reads}, images, test,
                        [] {});
  });
}
BENCHMARK_CAPTURE(w2, processor, Reader::processor)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(w2, device, Reader::device)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(w2, rest, Reader::nobody)->Unit(benchmark::kMillisecond);

/// Paper 004's LSTM 39-128-61 on 192 recordings of 100 frames, every frame a class, with the noise of its equation 7.
void lstm(benchmark::State& state, Reader reader) {
  constexpr std::size_t kRecordings = 192, kFrames = 100;
  std::mt19937 bits(1);
  FrameSequences sequences;
  sequences.coefficients = 39;
  for (std::size_t i = 0; i < kRecordings * kFrames * 39; ++i)
    sequences.values.push_back(static_cast<float>(bits()) * 0x1p-31F - 1.0F);
  for (std::size_t i = 0; i <= kRecordings; ++i) sequences.first.push_back(i * kFrames);
  sequences.frame_wise = true;
  for (std::size_t i = 0; i < kRecordings * kFrames; ++i) sequences.labels.push_back(static_cast<Label>(i % 61));
  const SampleSet recordings = SampleSet::of_sequences(std::move(sequences), 61);
  const auto test = std::make_shared<const EvaluationSet>(recordings);
  ArrayOptions options;
  options.format = {Mapping::sign_magnitude, 7, 0};
  options.cells.range = {4e-6, 44e-6, options.format.top()};
  options.read_noise = sd_of_fit({}, options.cells.range);
  options.tile_rows = 1152;
  options.tile_columns = 128;
  options.dac.coding = {.bits = 8, .read_bits = 1};
  options.adc.bits = 8;
  trials(state, reader, test, [&](const std::shared_ptr<ArrayReads>& reads) {
    const std::vector<std::string> layers = {"lstm 128", "dense classes"};
    const NetworkSpec spec = build_network({39, 1, 1}, 61, layers);
    return ArrayNetwork(untrained(spec), {.arrays = options, .reads = reads}, recordings, test, [] {});
  });
}
BENCHMARK_CAPTURE(lstm, processor, Reader::processor)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(lstm, device, Reader::device)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(lstm, rest, Reader::nobody)->Unit(benchmark::kMillisecond);

}  // namespace
