#include "app/results_size.hpp"

#include <algorithm>
#include <system_error>

#include <sys/resource.h>

#include "app/provenance.hpp"
#include "experiment/settings.hpp"
#include "experiment/stopping.hpp"
#include "experiment/summary.hpp"
#include "storage/model_store.hpp"
#include "storage/results_file.hpp"

namespace ohmcarlo {

std::size_t results_size(const Experiment& experiment, const Plan& plan, const std::vector<Metric>& metrics) {
  constexpr std::size_t kModelsInFull = 200;    ///< the others are as large
  constexpr std::size_t kPointsInFull = 10000;  ///< of more, only what is stored of every chip is counted
  if (experiment.shape.points() > kPointsInFull)
    return experiment.shape.points() * experiment.shape.replicas * experiment.most_chips() *
           (sizeof(double) * values_per_chip(metrics) + 1);
  Results results;
  results.name = experiment.name;
  results.toml = experiment.toml;
  results.identity = experiment_identity(experiment, "").text();
  results.settings = settings_of(experiment);
  for (std::uint32_t i = 0; i < std::min(plan.models.size(), kModelsInFull); ++i) {
    ModelRecord record;
    record.id = plan.models[i].id;
    record.identity = plan.models[i].identity;
    record.file = ModelStore("").path(record.id).filename().string();
    results.models.push_back(std::move(record));
  }
  results.runs.push_back(describe_run({}, {}));
  const auto size_with = [&](std::size_t trials) {
    Shape shape = experiment.shape;
    shape.trials = trials;
    results.table = Table(shape, metrics);
    results.summaries = summarise_table(results.table, 10, StoppingRules::find(results.settings, shape));
    return results_image(results).size();
  };
  // The size is a linear function of the number of chips.
  const std::size_t most = experiment.most_chips();
  const std::size_t small = size_with(1), larger = size_with(1001);
  std::size_t size = small + (larger - small) * (most - 1) / 1000;
  if (plan.models.size() > kModelsInFull) {
    results.models.clear();
    size += (small - size_with(1)) * (plan.models.size() - kModelsInFull) / kModelsInFull;
  }
  return size;
}

Space measure_space(const Experiment& experiment, const Plan& plan, const std::vector<Metric>& metrics,
                    const std::filesystem::path& out) {
  Space space;
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  space.rank = static_cast<std::size_t>(usage.ru_maxrss) * 1024;
  space.results = results_size(experiment, plan, metrics);
  space.first_rank = 4 * space.results;         // the table, its copy, the file in memory, its bytes
  constexpr std::uint32_t kMostCounted = 1000;  // the others are as large
  const auto models = static_cast<std::uint32_t>(plan.models.size());
  const std::uint32_t counted = std::min(models, kMostCounted);
  for (std::uint32_t i = 0; i < counted; ++i)
    for (const Node& layer : experiment.parts(plan.models[i].point).model->spec.layers)
      space.models += sizeof(float) * static_cast<std::size_t>(layer.parameters());
  if (counted > 0) space.models = space.models * models / counted;
  std::error_code error;
  std::filesystem::path folder = std::filesystem::absolute(out, error).parent_path();
  while (!std::filesystem::exists(folder, error) && folder.has_relative_path()) folder = folder.parent_path();
  const std::filesystem::space_info found = std::filesystem::space(folder, error);
  space.free = error ? 0 : found.available;
  return space;
}

}  // namespace ohmcarlo
