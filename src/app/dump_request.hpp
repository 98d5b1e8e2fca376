#pragma once
// The option --dump of `ohmcarlo trial`, of chips of a results file and of a file of `ohmcarlo tail` alike.

#include <optional>
#include <string>
#include <vector>

#include <boost/program_options.hpp>

#include "app/trial_dump.hpp"
#include "experiment/point.hpp"
#include "trial/chips.hpp"

namespace ohmcarlo {

/// A dump that was asked for.
struct DumpRequest {
  DumpKind kind = DumpKind::conductances;
  std::string path;  ///< where it goes
};

/// Adds --dump, --to and --overwrite.
void add_dump_options(boost::program_options::options_description& options);

/// What those options ask for of a chip of the file `input`; nothing if they ask for none. Throws BadUsage for a dump
/// that is unknown or would replace `input`, and for a place without a dump; UnusableResults for a place where a file
/// is that is not to be replaced: before anything is computed.
[[nodiscard]] std::optional<DumpRequest> find_dump(const boost::program_options::variables_map& values,
                                                   const std::string& input);

/// Writes what was asked for of chip number `copy` of `chips`, which are of `point`, if anything was. `place`: the
/// attributes of the file that say which chip it is; what simulates it ("arrays" or "weights") is added.
void write_dump(const std::optional<DumpRequest>& request, std::vector<FileAttribute> place, const Point& point,
                const PreparedEvaluation& chips, Index copy, const Poll& poll);

}  // namespace ohmcarlo
