#pragma once
// The commands of the program. Each takes the arguments after its name and returns the exit status; errors are thrown.

#include <span>
#include <string>
#include <vector>

namespace ohmcarlo {

using Arguments = std::vector<std::string>;

int run_command(int argc, char** argv, const Arguments& arguments);
int tail_command(int argc, char** argv, const Arguments& arguments);
int check_command(const Arguments& arguments);
int plan_command(const Arguments& arguments);
int show_command(const Arguments& arguments);
int merge_command(const Arguments& arguments);
int compare_command(const Arguments& arguments);
int trial_command(const Arguments& arguments);
int tail_trial_command(const Arguments& arguments);  ///< of trial_command
int models_command(const Arguments& arguments);
int simulate_command(const Arguments& arguments);
int vmm_command(const Arguments& arguments);
int data_command(const Arguments& arguments);
int features_command(const Arguments& arguments);  ///< of data_command

/// Version, commit, libraries and instruction set, several lines.
[[nodiscard]] std::string version_text();

}  // namespace ohmcarlo
