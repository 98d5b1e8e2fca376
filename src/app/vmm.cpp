// ohmcarlo vmm: one product of a matrix and vectors on arrays, for checking against other tools.

#include <filesystem>
#include <fstream>
#include <numeric>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "app/command.hpp"
#include "app/options.hpp"
#include "config/arrays.hpp"
#include "crossbar/calibration.hpp"
#include "crossbar/netlist.hpp"
#include "data/matrix_csv.hpp"
#include "linalg/product.hpp"

namespace ohmcarlo {
namespace {

constexpr std::int64_t kLastChip = 4194303;

Matrix<float> read_matrix(const std::string& path) {
  const CsvMatrix csv = read_matrix_csv(path);
  return Eigen::Map<const Matrix<double>>(csv.values.data(), static_cast<Index>(csv.rows),
                                          static_cast<Index>(csv.columns))
      .cast<float>();
}

const char* encoding_name(InputEncoding encoding) {
  switch (encoding) {
    case InputEncoding::unsigned_:
      return "unsigned";
    case InputEncoding::sign_magnitude:
      return "sign-magnitude";
    case InputEncoding::twos_complement:
      return "two's complement";
    case InputEncoding::offset:
      return "offset";
    case InputEncoding::automatic:
      break;
  }
  return "automatic";
}

/// Everything that was decided on the way to the numbers, in lines that start with '#'.
void print_scales(const ArrayLayer& layer, const LayerScales& scales) {
  const Tiles& tiles = layer.tiles();
  const CellFormat& format = layer.options().format;
  const InputCoding& coding = scales.coding;
  fmt::print("# {} x {} arrays of {} x {} (inputs x outputs), {} slice{}, {} cell{} a weight; a step is {:.9g}\n",
             tiles.row_tiles(), tiles.column_tiles(), tiles.rows, tiles.columns, format.slices(),
             format.slices() == 1 ? "" : "s", format.slices() * format.polarities(),
             format.slices() * format.polarities() == 1 ? "" : "s", layer.weight_unit());
  if (coding.bits > 0)
    fmt::print("# inputs: {} bits, {}, {} read{}, full scale {:.9g}\n", coding.bits, encoding_name(coding.encoding),
               coding.reads(), coding.reads() == 1 ? "" : "s", coding.full_scale);
  else
    fmt::print("# inputs: exact, full scale {:.9g}\n", coding.full_scale);
  const double full_on = format.top() * coding.largest_applied();
  for (const Quantiser& q : scales.quantisers)
    fmt::print("# converter: {} bits, step {:.9g} currents of one cell fully on, codes {} to {}\n",
               layer.options().adc.bits, q.lsb() / full_on, q.lowest(), q.highest());
}

void print_row(const char* start, std::span<const double> values) {
  fmt::print("{}{:.9g}\n", start, fmt::join(values, ","));
}

const char* polarity_name(bool negative, const CellFormat& format) {
  return !negative ? "positive" : format.has_reference() ? "reference" : "negative";
}

void print_conductances(const ArrayLayer& layer) {
  const CellFormat& format = layer.options().format;
  for (int slice = 0; slice < format.slices(); ++slice) {
    for (const bool negative : {false, true}) {
      if (negative && format.polarities() == 1 && !format.has_reference()) continue;
      const Matrix<float> steps = layer.plane(slice, negative);
      fmt::print("# conductances, slice {}, {} cells, siemens, one line an input\n", slice,
                 polarity_name(negative, format));
      for (Index i = 0; i < steps.cols(); ++i) {
        std::vector<double> row;
        for (Index o = 0; o < steps.rows(); ++o) row.push_back(layer.options().cells.range.siemens(steps(o, i)));
        print_row("# ", row);
      }
    }
  }
}

void print_input_codes(const LayerScales& scales, View<const float> x) {
  fmt::print("# input codes, one line a vector\n");
  std::vector<float> codes(static_cast<std::size_t>(x.cols));
  for (Index r = 0; r < x.rows; ++r) {
    scales.coding.encode({x.row(r), codes.size()}, codes);
    print_row("# ", std::vector<double>(codes.begin(), codes.end()));
  }
}

/// Prints currents, or the codes they are converted to, as the chain reads them.
ReadTrace make_trace(const std::string& dump, const ArrayLayer& layer, const LayerScales& scales) {
  if (dump != "currents" && dump != "codes") return {};
  return
      [&layer, &scales, currents = dump == "currents"](Index row, Index tile, int read, std::span<const float> sums) {
        if (!currents && scales.quantisers.empty()) return;
        for (int slice = 0; slice < layer.options().format.slices(); ++slice) {
          std::vector<double> values;
          for (Index c = 0; c < layer.columns(); ++c) {
            const float sum = sums[static_cast<std::size_t>(slice * layer.columns() + c)];
            const Quantiser* q = currents ? nullptr : &scales.quantisers[layer.granule(tile, c)];
            values.push_back(currents ? sum * layer.options().cells.range.step() / scales.coding.largest_applied()
                                      : double{q->clip(q->raw_code(sum))});
          }
          fmt::print("# {}, vector {}, read {}, row tile {}, slice {}\n",
                     currents ? "currents, amperes at 1 V for the largest input of a read" : "output codes", row, read,
                     tile, slice);
          print_row("# ", values);
        }
      };
}

/// Where the netlist of the negative cells of a pair goes: beside that of the positive ones.
std::string negative_path(const std::string& path) {
  const std::size_t dot = path.rfind('.');
  const bool extension = dot != std::string::npos && path.find('/', dot) == std::string::npos;
  return extension ? path.substr(0, dot) + ".negative" + path.substr(dot) : path + ".negative";
}

void keep_existing(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored))
    fail_results("--netlist {}: exists (allowed: --overwrite to replace it, or another name)", path);
}

/// The arrays of the first row and column tile and the first slice, driven by the first read of the first vector.
void write_netlists(const std::string& path, const ArrayLayer& layer, const LayerScales& scales, View<const float> x) {
  const ArrayOptions& options = layer.options();
  const Tiles& tiles = layer.tiles();
  const Index rows = tiles.row_count(0);
  std::vector<float> codes(static_cast<std::size_t>(x.cols)), applied(codes.size());
  scales.coding.encode({x.row(0), codes.size()}, codes);
  scales.coding.applied(codes, 0, applied);
  Matrix<double> volts(1, rows);
  for (Index i = 0; i < rows; ++i) volts(0, i) = applied[static_cast<std::size_t>(i)] / scales.coding.largest_applied();
  const auto conductances = [&](bool negative, Index columns) {
    const Matrix<float> steps = layer.plane(0, negative);
    return Matrix<double>(steps.topLeftCorner(columns, rows).transpose().cast<double>().unaryExpr([&](double s) {
      return options.cells.range.siemens(s);
    }));
  };
  const auto write = [&](const std::string& file, const char* cells, const Matrix<double>& siemens) {
    if (siemens.minCoeff() < 0)
      fail_usage(
          "--netlist {}: cells of this chip have negative conductances (allowed: hardware.variation.clip = zero)",
          file);
    std::ofstream out(file);
    out << spice_netlist(siemens, volts, options.wires);
    if (!out.flush()) fail_usage("--netlist {}: cannot be written", file);
    fmt::print("# netlist {}: slice 0, {} cells, row tile 0, column tile 0, read 0 of vector 0\n", file, cells);
  };
  const Index columns = tiles.column_count(0);
  Matrix<double> siemens = conductances(false, columns);
  if (options.format.has_reference()) {
    siemens.conservativeResize(rows, columns + 1);
    siemens.rightCols(1) = conductances(true, 1);
  }
  write(path, polarity_name(false, options.format), siemens);
  if (options.format.polarities() == 2)
    write(negative_path(path), polarity_name(true, options.format), conductances(true, columns));
}

}  // namespace

int vmm_command(const Arguments& arguments) {
  namespace po = boost::program_options;
  po::options_description options("Options");
  options.add_options()("help", "this text")("hardware", po::value<std::string>(),
                                             "TOML file with a [hardware] table; simulate = \"arrays\" is understood")(
      "weights", po::value<std::string>(), "CSV file: a row for each output, a column for each input")(
      "inputs", po::value<std::string>(), "CSV file: a row for each vector")(
      "set", po::value<std::vector<std::string>>()->composing(), "KEY=VALUE: overrides a key; may be repeated")(
      "seed", po::value<std::int64_t>()->default_value(1), "of all randomness, 0 or more")(
      "chip", po::value<std::int64_t>()->default_value(0), "number of the chip, 0 to 4194303")(
      "dump", po::value<std::string>(), "conductances, codes or currents: printed before the result, after '#'")(
      "netlist", po::value<std::string>(), "SPICE file of the first array to write (a pair: and its negative one)")(
      "overwrite", "replace the netlists");
  const auto values = parse_options(
      "vmm",
      "ohmcarlo vmm --hardware HW.toml --weights W.csv --inputs X.csv [options]\n\n"
      "Multiplies on the arrays of one chip: prints a row of outputs for each vector, in units of weight times input,\n"
      "after lines that start with '#'. Scales that are \"calibrated\" are taken from the given vectors.",
      arguments, options, nullptr);
  if (!values) return 0;
  const auto required = [&](const char* name) {
    if (values->count(name) == 0) fail_usage("ohmcarlo vmm: --{} is missing (see ohmcarlo vmm --help)", name);
    return (*values)[name].as<std::string>();
  };
  const std::string dump = values->count("dump") > 0 ? (*values)["dump"].as<std::string>() : "";
  if (!dump.empty() && dump != "conductances" && dump != "codes" && dump != "currents")
    fail_usage("--dump {}: unknown (allowed: conductances, codes, currents)", dump);
  const auto seed = (*values)["seed"].as<std::int64_t>(), number = (*values)["chip"].as<std::int64_t>();
  if (seed < 0) fail_usage("--seed {}: not a seed (allowed: 0 to 9223372036854775807)", seed);
  if (number < 0 || number > kLastChip) fail_usage("--chip {}: not a chip (allowed: 0 to {})", number, kLastChip);
  std::vector<Override> overrides;
  if (values->count("set") > 0)
    for (const std::string& text : (*values)["set"].as<std::vector<std::string>>())
      overrides.push_back(parse_override(text));
  const ArrayOptions array = read_arrays(read_document(required("hardware"), overrides));
  const Matrix<float> weights = read_matrix(required("weights"));
  const Matrix<float> x = read_matrix(required("inputs"));
  if (x.cols() != weights.cols())
    fail_data("{}: its rows have {} numbers, but the weights in {} have {} inputs", required("inputs"), x.cols(),
              required("weights"), weights.cols());

  if (values->count("netlist") > 0 && values->count("overwrite") == 0) {
    const auto path = (*values)["netlist"].as<std::string>();
    keep_existing(path);
    if (array.format.polarities() == 2) keep_existing(negative_path(path));
  }

  use_one_thread();
  ArrayOptions quiet = array;
  quiet.read_noise = {};
  const LayerScales scales = calibrate(ArrayLayer(quiet, View<const float>(weights)), x);
  if (scales.coding.bits == 1 && scales.coding.encoding == InputEncoding::sign_magnitude)
    fail_data("{}: has negative numbers, and an input of 1 bit has no sign (allowed: hardware.dac.bits of 2 or more)",
              required("inputs"));
  ArrayLayer layer(array, View<const float>(weights), true);
  const ChipKey chip{static_cast<std::uint64_t>(seed), {.trial = static_cast<std::uint32_t>(number)}};
  (void)layer.program(chip);
  print_scales(layer, scales);
  if (dump == "conductances") print_conductances(layer);
  if (dump == "codes") print_input_codes(scales, x);
  if (values->count("netlist") > 0) write_netlists((*values)["netlist"].as<std::string>(), layer, scales, x);
  std::vector<std::uint32_t> numbers(static_cast<std::size_t>(x.rows()));
  std::iota(numbers.begin(), numbers.end(), 0U);
  Matrix<float> y(x.rows(), weights.rows());
  layer.read(x, {numbers, 1}, scales, chip, y, nullptr, make_trace(dump, layer, scales));
  for (Index r = 0; r < y.rows(); ++r) print_row("", std::vector<double>(y.row(r).data(), y.row(r).data() + y.cols()));
  return 0;
}

}  // namespace ohmcarlo
