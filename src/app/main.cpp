// ohmcarlo: Monte Carlo evaluation of neural networks on resistive crossbars. Commands and exit status.

#include <exception>

#include <fmt/core.h>

#include "app/command.hpp"
#include "app/exit_code.hpp"
#include "app/message.hpp"
#include "base/error.hpp"
#include "base/memory.hpp"
#include "base/signals.hpp"

namespace {

constexpr const char* kUsage =
    "ohmcarlo: what accuracy a neural network keeps on a resistive crossbar chip\n\n"
    "  ohmcarlo run EXPERIMENT.toml --out RESULTS.h5   run an experiment, alone or under mpirun\n"
    "  ohmcarlo check EXPERIMENT.toml                  validate it and say what it would do\n"
    "  ohmcarlo check RESULTS.h5                       say whether a results file is whole\n"
    "  ohmcarlo plan EXPERIMENT.toml                   say what it will take: time, memory, disk\n"
    "  ohmcarlo show RESULTS.h5                        accuracy and intervals of a results file\n"
    "  ohmcarlo compare RESULTS.h5 --axis KEY --baseline VALUE\n"
    "                                                  differences between points, on the same chips\n"
    "  ohmcarlo merge PARTS... --out RESULTS.h5        one file from the parts of run --shard\n"
    "  ohmcarlo trial RESULTS.h5 --trial N | --worst   one chip again, with every class and layer\n"
    "  ohmcarlo tail EXPERIMENT.toml --below ACCURACY --out T.h5\n"
    "                                                  how probable a chip is that is as bad as that\n"
    "  ohmcarlo simulate EXPERIMENT.toml               one chip, clock cycle by clock cycle\n"
    "  ohmcarlo vmm --hardware HW.toml --weights W.csv --inputs X.csv\n"
    "                                                  one product on arrays of cells, from the shell\n"
    "  ohmcarlo models list | show ID | remove ID      the store of trained networks\n"
    "  ohmcarlo data make-phones | make-keywords       made data sets\n"
    "  ohmcarlo --version\n\n"
    "Every command has --help.\n";

}  // namespace

int main(int argc, char** argv) {
  using namespace ohmcarlo;
  install_signal_handlers();
  keep_freed_memory();
  const Arguments all(argv + 1, argv + argc);
  const std::string command = all.empty() ? "--help" : all.front();
  const Arguments rest(all.begin() + (all.empty() ? 0 : 1), all.end());
  try {
    if (command == "run") return run_command(argc, argv, rest);
    if (command == "tail") return tail_command(argc, argv, rest);
    if (command == "check") return check_command(rest);
    if (command == "plan") return plan_command(rest);
    if (command == "show") return show_command(rest);
    if (command == "compare") return compare_command(rest);
    if (command == "merge") return merge_command(rest);
    if (command == "trial") return trial_command(rest);
    if (command == "simulate") return simulate_command(rest);
    if (command == "vmm") return vmm_command(rest);
    if (command == "models") return models_command(rest);
    if (command == "data") return data_command(rest);
    if (command == "--version") {
      fmt::print("{}", version_text());
      return 0;
    }
    if (command == "--help" || command == "-h") {
      fmt::print("{}", kUsage);
      return all.empty() ? static_cast<int>(ExitCode::bad_usage) : 0;
    }
    fail_usage(
        "unknown command '{}' (allowed: run, check, plan, show, compare, merge, trial, tail, simulate, vmm, models, "
        "data, "
        "--version, --help)",
        command);
  } catch (const std::exception& error) {
    print_error(error.what());
    return static_cast<int>(exit_code_of(error));
  }
}
