// How long a results file takes to be saved, by its number of cells: alone (the bytes of the file, and writing them),
// and what the copy of the table takes that the saving thread works on.

#include <filesystem>
#include <string>

#include <benchmark/benchmark.h>

#include "storage/results_file.hpp"

namespace {

using namespace ohmcarlo;

Results results_of(std::size_t cells) {
  Results results;
  results.name = results.toml = results.identity = results.hash = std::string(1, 'x');
  results.classes = 10;
  Shape shape;
  shape.axes = {{"hardware.variation.sigma", {}}};
  for (int i = 0; i < 10; ++i) shape.axes[0].values.emplace_back(0.1 * i);
  shape.trials = cells / 10;
  results.table = Table(shape);
  for (std::vector<double>& values : results.table.values)
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i % 1000) / 1000;
  return results;
}

void Copy(benchmark::State& state) {
  const Results results = results_of(static_cast<std::size_t>(state.range(0)));
  Results copy = results;
  for (auto _ : state) copy = results;
}

void Image(benchmark::State& state) {
  const Results results = results_of(static_cast<std::size_t>(state.range(0)));
  std::size_t bytes = 0;
  for (auto _ : state) bytes = results_image(results).size();
  state.counters["bytes"] = static_cast<double>(bytes);
}

void Save(benchmark::State& state) {
  const Results results = results_of(static_cast<std::size_t>(state.range(0)));
  const auto path = std::filesystem::temp_directory_path() / "ohmcarlo-bench-saving.h5";
  for (auto _ : state) save_results(path, results, {.keep_previous = true});
  std::filesystem::remove(path);
  std::filesystem::remove(previous_of(path));
}

BENCHMARK(Copy)->Arg(1'000'000)->Arg(10'000'000)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(Image)->Arg(1'000'000)->Arg(10'000'000)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(Save)->Arg(1'000'000)->Arg(10'000'000)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
