// Images that chips are shown one list a chip, against the packed product of the whole set: 784-100-10 on MNIST.

#include <algorithm>
#include <chrono>
#include <random>

#include <benchmark/benchmark.h>

#include "chip/group.hpp"
#include "data/dataset.hpp"
#include "linalg/product.hpp"
#include "network/architecture.hpp"

namespace {

using namespace ohmcarlo;

std::shared_ptr<const EvaluationSet> mnist() {
  static const auto set =
      std::make_shared<const EvaluationSet>(load_test("mnist", find_dataset_directory("mnist", "").string()));
  return set;
}

/// `length` different images for each chip of a group.
std::vector<std::vector<std::uint32_t>> lists(std::size_t length) {
  std::mt19937 bits(1);
  std::vector<std::vector<std::uint32_t>> all(kChipsPerGroup, {mnist()->all().begin(), mnist()->all().end()});
  for (auto& list : all) {
    std::ranges::shuffle(list, bits);
    list.resize(length);
  }
  return all;
}

template <class Run>
double seconds(const Run& run) {
  const auto start = std::chrono::steady_clock::now();
  run();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// In turn: a group of chips on lists of state.range(0) images, and on the whole set. "ratio": the first one's time an
/// image over that of the second, first layers, everything behind them and what is counted included.
void listed_images(benchmark::State& state) {
  use_one_thread();
  const NetworkSpec spec = mlp(784, {100}, "relu", 10);
  ChipGroup group(std::make_shared<const TrainedNetwork>(TrainedNetwork{spec, {initial_parameters(spec, 1, 0), {}}}),
                  Variation{.sigma = 0.1}, mnist(), kChipsPerGroup);
  group.program({1, 0, 0}, [] {});
  benchmark::DoNotOptimize(group.evaluate(mnist()->all(), [] {}));  // packs
  const auto length = static_cast<std::size_t>(state.range(0));
  const auto each = lists(length);
  double listed = 0, whole = 0;
  for (auto _ : state) {
    const double these = seconds([&] { benchmark::DoNotOptimize(group.evaluate_each(each, [] {})); });
    whole += seconds([&] { benchmark::DoNotOptimize(group.evaluate(mnist()->all(), [] {})); });
    listed += these;
    state.SetIterationTime(these);
  }
  state.counters["us_per_image"] =
      1e6 * listed / static_cast<double>(state.iterations()) / static_cast<double>(length * kChipsPerGroup);
  state.counters["ratio"] = listed / static_cast<double>(length) / (whole / static_cast<double>(mnist()->images()));
}
BENCHMARK(listed_images)
    ->Arg(100)
    ->Arg(200)
    ->Arg(640)
    ->Arg(2000)
    ->UseManualTime()
    ->Iterations(40)
    ->Unit(benchmark::kMillisecond);

}  // namespace
