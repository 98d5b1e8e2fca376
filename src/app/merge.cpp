// ohmcarlo merge: one results file from the parts of an experiment.

#include "experiment/merge.hpp"

#include <fmt/core.h>

#include "app/command.hpp"
#include "app/options.hpp"
#include "app/provenance.hpp"
#include "app/read_results.hpp"
#include "app/table_text.hpp"
#include "experiment/race.hpp"
#include "experiment/stopping.hpp"
#include "experiment/summary.hpp"
#include "storage/lock.hpp"
#include "storage/results_file.hpp"

namespace ohmcarlo {
namespace {

constexpr const char* kMergeUsage =
    "ohmcarlo merge PARTS... --out RESULTS.h5 [options]\n\n"
    "Makes one results file of the parts of an experiment that 'run --shard' wrote: the file that a single run would "
    "have\n"
    "written. Cells that several parts have must be equal. Exit status: 0 done; 2 bad command line; 4 parts that do "
    "not\n"
    "belong together, or are not all there.";

}  // namespace

int merge_command(const Arguments& arguments) {
  namespace po = boost::program_options;
  po::options_description options("Options");
  options.add_options()("help", "this text")                                                                       //
      ("out,o", po::value<std::string>(), "results file to write (required)")                                      //
      ("partial", "write it even if chips are missing; run --resume adds them, a later merge takes it as a part")  //
      ("overwrite", "replace the results file");
  add_reading_options(options);
  const auto values = parse_options("merge", kMergeUsage, arguments, options, "PARTS", -1);
  if (!values) return 0;
  (void)one_argument(*values, "merge", "PARTS");
  const auto& files = (*values)["PARTS"].as<std::vector<std::string>>();
  if (values->count("out") == 0) fail_usage("merge: --out is missing (allowed: the path of the results file to write)");
  const auto& out = (*values)["out"].as<std::string>();
  const auto refuse_existing = [&] {
    const FileKind kind = kind_of_file(out);
    if (kind == FileKind::foreign) fail_results("{}: exists and {}; it is left alone", out, describe_foreign(out));
    if (kind != FileKind::absent && values->count("overwrite") == 0)
      fail_results("{}: exists (allowed: --overwrite to replace it)", out);
  };
  refuse_existing();
  MergedParts parts;
  for (const std::string& file : files) parts.add(file, read_results_file(file, *values));
  Results results = parts.take();
  const std::string missing = missing_chips(results);
  if (!missing.empty() && values->count("partial") == 0)
    fail_results("{}{}: {} (allowed: all parts, or --partial)", files.front(),
                 files.size() > 1 ? " and the others" : "", missing);
  results.summaries =
      summarise_table(results.table, results.classes, StoppingRules::find(results.settings, results.table.shape));
  results.race = record_races(results.settings, results.table);
  results.runs.push_back(describe_run({}, arguments));
  const ResultsLock lock(out);
  refuse_existing();
  save_results(out, results);
  fmt::print("{}", format_results(results, TableFormat::table));
  fmt::print(stderr, "{}: of {} part{}{}{}\n", out, files.size(), files.size() == 1 ? "" : "s",
             missing.empty() ? "" : "; ", missing);
  return 0;
}

}  // namespace ohmcarlo
