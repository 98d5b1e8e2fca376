#include <cmath>

#include <fmt/core.h>

#include "app/command.hpp"
#include "app/doubtful.hpp"
#include "app/duration.hpp"
#include "app/job_data.hpp"
#include "app/options.hpp"
#include "app/planned_work.hpp"
#include "app/results_size.hpp"
#include "experiment/race.hpp"
#include "linalg/product.hpp"
#include "trial/metrics.hpp"

namespace ohmcarlo {
int plan_command(const Arguments& arguments) {
  namespace po = boost::program_options;
  po::options_description options("Options");
  options.add_options()("help", "this text")("ranks,n", po::value<int>()->default_value(1),
                                             "processes that the job will have, one a core")(
      "time-limit", po::value<std::string>(), "of one job, like 4h, in whose time limit the experiment may not fit")(
      "out,o", po::value<std::string>()->default_value("results/R.h5"),
      "results file that will be written, for the free space there")(
      "set", po::value<std::vector<std::string>>()->composing(),
      "KEY=VALUE: overrides a key of the experiment; may be repeated");
  const auto values = parse_options(
      "plan",
      "ohmcarlo plan EXPERIMENT.toml [options]\n\nSays what an experiment will take: trainings and chips, seconds by a "
      "pilot of each kind of work on\nthis processor (30 s at most), memory, disk, and the line that submits it. "
      "Writes "
      "nothing.",
      arguments, options, "EXPERIMENT");
  if (!values) return 0;
  const std::string file = one_argument(*values, "plan", "EXPERIMENT");
  Forecast forecast;
  forecast.ranks = (*values)["ranks"].as<int>();
  if (forecast.ranks < 1) fail_usage("plan: --ranks {}: (allowed: 1 or more)", forecast.ranks);
  std::optional<double> time_limit;
  if (values->count("time-limit") > 0)
    time_limit = parse_duration("--time-limit", (*values)["time-limit"].as<std::string>());
  std::vector<Override> overrides;
  if (values->count("set") > 0)
    for (const std::string& text : (*values)["set"].as<std::vector<std::string>>())
      overrides.push_back(parse_override(text));

  use_one_thread();
  const Clock clock = steady_clock();
  const double start = clock();
  const Experiment experiment = make_experiment(read_document(file, overrides));
  DataSource data(experiment);
  const Plan plan = make_plan(experiment, read_job_data(experiment, data), {});
  forecast.start_seconds = clock() - start;
  PlannedWork work = sort_work(experiment, plan, forecast.ranks);
  time_work(experiment, plan, data, work);
  forecast.trainings = work.trainings.work();
  forecast.chips = work.chips.work();
  fill_untimed(forecast.trainings);
  fill_untimed(forecast.chips);
  const Space space = measure_space(experiment, plan, metrics_of(experiment), (*values)["out"].as<std::string>());
  fmt::print("{}: {} points, {}{} replica{}\n{}{}", experiment.name, experiment.shape.points(),
             experiment.decides_trainings() ? fmt::format("{} to ", fewest_trainings(experiment)) : "",
             experiment.shape.replicas, experiment.shape.replicas == 1 ? "" : "s", format_forecast(forecast),
             format_space(space));
  for (const std::string& doubt : doubtful_settings(experiment)) fmt::print("warning: {}\n", doubt);
  std::string hint;
  for (const WorkKind& kind : forecast.chips)
    if (hint.empty()) hint = suggest_images(kind);
  if (!hint.empty()) fmt::print("hint: {}\n", hint);
  if (time_limit && forecast.wall_seconds(true) > *time_limit)
    fmt::print("jobs: {} of {}, one after the other: each saves all and queues itself again\n",
               std::ceil(forecast.wall_seconds(true) / *time_limit), format_duration(*time_limit));
  fmt::print("submit: {}\n", submit_line(file, forecast, space, time_limit));
  return 0;
}

}  // namespace ohmcarlo
