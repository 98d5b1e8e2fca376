#include "app/run_options.hpp"

#include "app/duration.hpp"
#include "app/options.hpp"

namespace ohmcarlo {
namespace {

Shard parse_shard(const std::string& asked) {
  constexpr std::string_view kTrials = "trials:";
  const bool of_trials = asked.starts_with(kTrials);
  const std::string text = of_trials ? asked.substr(kTrials.size()) : asked;
  const std::size_t slash = text.find('/');
  const auto number = [&](const std::string& part) -> std::size_t {
    return part.empty() || part.size() > 9 || part.find_first_not_of("0123456789") != std::string::npos
               ? 0
               : std::stoul(part);
  };
  const Shard shard{number(text.substr(0, slash)), slash == std::string::npos ? 0 : number(text.substr(slash + 1)),
                    of_trials};
  if (shard.index < 1 || shard.index > shard.count)
    fail_usage("--shard {}: not a part (allowed: i/n or trials:i/n with i from 1 to n)", asked);
  return shard;
}

}  // namespace

std::optional<RunOptions> parse_run_options(const Arguments& arguments) {
  namespace po = boost::program_options;
  po::options_description options("Options");
  options.add_options()("help", "this text")                                   //
      ("out,o", po::value<std::string>(), "results file to write (required)")  //
      ("set", po::value<std::vector<std::string>>()->composing(),
       "KEY=VALUE: overrides a key of the experiment, a list sweeps it; may be repeated")  //
      ("resume", "continue the results file, or start it if it is not there")              //
      ("overwrite", "replace the results file")                                            //
      ("time-limit", po::value<std::string>(),
       "stop in time to be resumed (exit 75), for example 3h55m; what runs then has 60 s to finish")  //
      ("wait-for-lock", po::value<std::string>(),
       "wait so long for a results file that another job writes, then end with exit 75 (default: 10s, then exit 4)")  //
      ("accept-changes",
       "resume a results file whose contents were changed on purpose and do not match its checksum")  //
      ("shard", po::value<std::string>(),
       "i/n: compute only part i of n of the points (1 <= i <= n), trials:i/n: of the chips of every point, each part "
       "to "
       "a file of its own; 'ohmcarlo merge' joins them")  //
      ("device", po::value<std::string>()->default_value("cpu"),
       "what evaluates chips: cpu, cuda (ranks of a machine take its GPUs in turn; ranks without one train networks), "
       "cuda:N, or auto (the file's, else a GPU where every rank has one); "
       "this has not been run on a GPU yet")  //
      ("mixed",
       "with --device cuda or auto: ranks without a GPU evaluate chips, too, with sums rounded otherwise. Which chips "
       "these are no seed decides, so such a file is of a kind of its own and does not come out the same again");
  const auto values = parse_options(
      "run",
      "ohmcarlo run EXPERIMENT.toml --out RESULTS.h5 [options]\n\n"
      "Trains the networks of an experiment, evaluates its chips and writes all results, alone or under mpirun.\n"
      "Exit status: 0 done; 1 a trial or training threw; 2 bad command line or experiment; 3 bad data file;\n"
      "4 results file cannot be used; 75 stopped with everything saved: the same command with --resume continues.",
      arguments, options, "EXPERIMENT");
  if (!values) return std::nullopt;
  RunOptions run;
  run.experiment = one_argument(*values, "run", "EXPERIMENT");
  if (values->count("out") == 0 || (*values)["out"].as<std::string>().empty())
    fail_usage("run: --out is missing (allowed: the path of the results file to write)");
  run.out = (*values)["out"].as<std::string>();
  if (values->count("resume") > 0 && values->count("overwrite") > 0)
    fail_usage("run: --resume and --overwrite exclude each other");
  if (values->count("resume") > 0) run.if_exists = IfExists::resume;
  if (values->count("overwrite") > 0) run.if_exists = IfExists::overwrite;
  if (values->count("set") > 0)
    for (const std::string& text : (*values)["set"].as<std::vector<std::string>>())
      run.overrides.push_back(parse_override(text));
  if (values->count("time-limit") > 0)
    run.time_limit = parse_duration("--time-limit", (*values)["time-limit"].as<std::string>());
  if (values->count("wait-for-lock") > 0)
    run.wait_for_lock = parse_duration("--wait-for-lock", (*values)["wait-for-lock"].as<std::string>());
  run.accept_changes = values->count("accept-changes") > 0;
  if (values->count("shard") > 0) run.shard = parse_shard((*values)["shard"].as<std::string>());
  run.device = parse_device_wish((*values)["device"].as<std::string>());
  run.device.mixed = values->count("mixed") > 0;
  if (run.device.mixed && run.device.type == kProcessor)
    fail_usage("--mixed: there is no device that ranks could do without (allowed: with --device cuda or auto)");
  return run;
}

}  // namespace ohmcarlo
