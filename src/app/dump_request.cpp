#include "app/dump_request.hpp"

#include <filesystem>

#include "base/error.hpp"

namespace ohmcarlo {

void add_dump_options(boost::program_options::options_description& options) {
  namespace po = boost::program_options;
  options.add_options()("dump", po::value<std::string>(),
                        "conductances or logits: of the chip, written to an HDF5 file")(
      "to", po::value<std::string>(), "that file (default: beside the file read, R.logits.h5 for R.h5)")(
      "overwrite", "replace that file");
}

std::optional<DumpRequest> find_dump(const boost::program_options::variables_map& values, const std::string& input) {
  if (values.count("dump") == 0) {
    for (const char* option : {"to", "overwrite"})
      if (values.count(option) > 0) fail_usage("--{}: nothing is written (allowed: with --dump)", option);
    return std::nullopt;
  }
  const auto name = values["dump"].as<std::string>();
  DumpRequest request{parse_dump(name),
                      values.count("to") > 0 ? values["to"].as<std::string>() : dump_path(input, name)};
  std::error_code ignored;
  if (std::filesystem::equivalent(request.path, input, ignored))
    fail_usage("--to {}: is the file that the chip is read from (allowed: another name)", request.path);
  if (values.count("overwrite") == 0 && std::filesystem::exists(request.path, ignored))
    fail_results("--to {}: exists (allowed: --overwrite to replace it, or another name)", request.path);
  return request;
}

void write_dump(const std::optional<DumpRequest>& request, std::vector<FileAttribute> place, const Point& point,
                const PreparedEvaluation& chips, Index copy, const Poll& poll) {
  if (!request) return;
  const bool on_arrays = point.hardware.arrays;
  place.emplace_back("simulate", on_arrays ? "arrays" : "weights");
  save_arrays(request->path, place,
              request->kind == DumpKind::logits
                  ? arrays_of(chips.chips->logits(copy, chips.test->all(), poll))
                  : arrays_of(chips.chips->contents(copy), on_arrays ? &point.hardware.array : nullptr));
}

}  // namespace ohmcarlo
