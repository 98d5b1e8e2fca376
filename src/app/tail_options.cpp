#include "app/tail_options.hpp"

#include <algorithm>
#include <charconv>

#include "app/duration.hpp"
#include "app/options.hpp"

namespace ohmcarlo {
namespace {

constexpr const char* kTailUsage =
    "ohmcarlo tail EXPERIMENT.toml --below ACCURACY --out T.h5 [--point KEY=VALUE ...] [options]\n"
    "ohmcarlo tail EXPERIMENT.toml --quantile P --out T.h5 [--point KEY=VALUE ...] [options]\n\n"
    "How probable is a chip as bad as that, or how bad is the worst P of chips? By subset simulation (Au, Beck 2001):\n"
    "levels of ever worse chips, each reached by small moves of all random numbers of programming, so that\n"
    "probabilities of 1e-5 take thousands of chips, not millions. Several independent runs give the interval. Alone "
    "or\n"
    "under mpirun. 'ohmcarlo trial T.h5 --rank 1' makes the worst chip again.\n"
    "Exit status as of run; a target that ten levels do not reach yields an upper bound.";

/// Numbers that commas separate, in growing order, each once.
std::vector<double> parse_bounds(const std::string& text) {
  std::vector<double> bounds;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    double bound = 0;
    const auto [at, error] = std::from_chars(text.data() + begin, text.data() + end, bound);
    if (error != std::errc() || at != text.data() + end || !(bound > 0 && bound <= 100))
      fail_usage("--adversary {}: no bounds (allowed: numbers above 0 to 100, separated by commas)", text);
    bounds.push_back(bound);
    begin = end + 1;
  }
  std::ranges::sort(bounds);
  bounds.erase(std::unique(bounds.begin(), bounds.end()), bounds.end());
  return bounds;
}

}  // namespace

std::optional<TailRequest> parse_tail_options(const Arguments& arguments) {
  namespace po = boost::program_options;
  po::options_description options("Options");
  options.add_options()("help", "this text")                                                                      //
      ("out,o", po::value<std::string>(), "file to write (required)")                                             //
      ("below", po::value<double>(), "accuracy, 0 to 1: how probable are chips at or below it?")                  //
      ("quantile", po::value<double>(), "probability, to 0.1: which accuracy do so few chips stay at or below?")  //
      ("point", po::value<std::vector<std::string>>()->composing(),
       "KEY=VALUE: of the point, where the experiment has several (repeatable)")  //
      ("set", po::value<std::vector<std::string>>()->composing(),
       "KEY=VALUE: overrides a key of the experiment; may be repeated")  //
      ("chips", po::value<std::size_t>()->default_value(300),
       "chips of a level, at least 100; more: tighter intervals")                         //
      ("runs", po::value<std::size_t>()->default_value(8), "independent runs, 8 to 255")  //
      ("adversary", po::value<std::string>(),
       "K or K,K,...: also search for the worst chip whose every cell is within K sigma of its target (float "
       "weights)")                                                                                         //
      ("resume", "continue the file, or start it if it is not there")                                      //
      ("overwrite", "replace the file")                                                                    //
      ("time-limit", po::value<std::string>(), "stop in time to be resumed (exit 75), for example 3h55m")  //
      ("device", po::value<std::string>()->default_value("cpu"),
       "what evaluates chips, as of run: cpu, cuda, cuda:N or auto; the adversary always is the processor's");
  const auto values = parse_options("tail", kTailUsage, arguments, options, "EXPERIMENT");
  if (!values) return std::nullopt;
  const auto has = [&](const char* name) { return values->count(name) > 0; };
  TailRequest tail;
  tail.experiment = one_argument(*values, "tail", "EXPERIMENT");
  if (!has("out") || (*values)["out"].as<std::string>().empty())
    fail_usage("tail: --out is missing (allowed: the path of the file to write)");
  tail.out = (*values)["out"].as<std::string>();
  if (has("resume") && has("overwrite")) fail_usage("tail: --resume and --overwrite exclude each other");
  if (has("resume")) tail.if_exists = IfExists::resume;
  if (has("overwrite")) tail.if_exists = IfExists::overwrite;
  if (has("below") == has("quantile"))
    fail_usage("tail: what is wanted is missing or twofold (allowed: --below ACCURACY or --quantile P)");
  if (has("below")) {
    tail.below = (*values)["below"].as<double>();
    if (!(*tail.below >= 0 && *tail.below < 1))
      fail_usage("--below {}: no accuracy (allowed: 0 to less than 1)", *tail.below);
  } else {
    tail.quantile = (*values)["quantile"].as<double>();
    if (!(*tail.quantile > 0 && *tail.quantile <= 0.1))
      fail_usage("--quantile {}: not rare (allowed: above 0 to 0.1; else use run)", *tail.quantile);
  }
  tail.chips = (*values)["chips"].as<std::size_t>();
  if (tail.chips < 100 || tail.chips > 1000000)
    fail_usage("--chips {}: a tenth of them begin the next level, and have to be ten (allowed: 100 to 1000000)",
               tail.chips);
  tail.runs = (*values)["runs"].as<std::size_t>();
  if (tail.runs < 8 || tail.runs > 255) fail_usage("--runs {}: not enough or too many (allowed: 8 to 255)", tail.runs);
  if (has("point")) tail.selectors = (*values)["point"].as<std::vector<std::string>>();
  if (has("set"))
    for (const std::string& text : (*values)["set"].as<std::vector<std::string>>())
      tail.overrides.push_back(parse_override(text));
  if (has("adversary")) tail.bounds = parse_bounds((*values)["adversary"].as<std::string>());
  if (has("time-limit")) tail.time_limit = parse_duration("--time-limit", (*values)["time-limit"].as<std::string>());
  tail.device = parse_device_wish((*values)["device"].as<std::string>());
  return tail;
}

}  // namespace ohmcarlo
