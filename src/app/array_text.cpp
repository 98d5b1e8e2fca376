#include "app/array_text.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/core.h>

#include "base/clock.hpp"
#include "crossbar/calibration.hpp"
#include "linalg/product.hpp"
#include "random/stream.hpp"

namespace ohmcarlo {
namespace {

const char* name_of(Mapping mapping) {
  switch (mapping) {
    case Mapping::sign_magnitude:
      return "signed";
    case Mapping::one_sided:
      return "one-sided pairs";
    case Mapping::mid_point:
      return "mid-point pairs";
    case Mapping::offset:
      return "offset with reference columns";
  }
  return "";
}

/// sd of a weight's error in units of max|W|, for errors relative to a cell's full scale.
double weight_noise(const CellFormat& format, double sigma) {
  double squares = 0;
  for (int slice = 0; slice < format.slices(); ++slice) squares += std::pow(format.slice_weight(slice), 2);
  const double stacks = format.polarities() == 2 || format.has_reference() ? 2 : 1;
  return sigma * format.top() * std::sqrt(stacks * squares) / (format.steps_per_code() * format.largest_code());
}

std::string cells_text(const ArrayOptions& options) {
  const CellFormat& format = options.format;
  const int cells = format.slices() * format.polarities();
  std::string text = fmt::format(
      "{}, {} on {} cell{} of {}", name_of(format.mapping),
      format.weight_bits == 0 ? std::string("unquantised weights") : fmt::format("{}-bit weights", format.weight_bits),
      cells, cells == 1 ? "" : "s",
      format.weight_bits == 0 ? std::string("any conductance") : fmt::format("{} levels", format.top() + 1));
  const CellVariation& variation = options.cells.variation;
  if (!options.cells.defects && variation.law == VariationLaw::gaussian)
    text += fmt::format("; weight noise {:.4g} max|W| (sd), once a chip", weight_noise(format, variation.sigma));
  return text;
}

/// What else is wrong with the cells and their wires; empty if nothing is.
std::string defects_text(const ArrayOptions& options) {
  const CellModel& cells = options.cells;
  const WireOptions& wires = options.wires;
  std::string text;
  const auto add = [&](const std::string& what) { text += (text.empty() ? "" : "; ") + what; };
  if (const auto& defects = cells.defects) {
    std::string where;
    for (const std::uint32_t layer : defects->layers)
      where += fmt::format("{} {}", where.empty() ? "" : ",", layer + 1);
    add(fmt::format("{:.4g} % of the cells{} are defective, {}", 100 * defects->rate,
                    where.empty() ? "" : fmt::format(" of layer{}", where),
                    defects->redrawn ? "those not stuck anew at every read" : "once a chip"));
  }
  if (cells.faults.rate > 0) add(fmt::format("{:.4g} % of the cells are stuck", 100 * cells.faults.rate));
  if (!cells.defects && !cells.array.none()) add("variation that cells share");
  if (cells.verify) add(fmt::format("write-verify, at most {} pulses", cells.verify->max_pulses));
  if (cells.drift) add(fmt::format("read {:.4g} s after programming", cells.drift->time));
  if (!wires.ideal())
    add(fmt::format("wires of {:.4g} and {:.4g} ohm a segment of row and column, driver {:.4g}, sense {:.4g} ohm",
                    wires.row_ohm, wires.column_ohm, wires.driver_ohm, wires.sense_ohm));
  return text;
}

std::string noise_text(const ArrayOptions& options) {
  if (options.read_noise.zero()) return "read noise: none";
  if (options.read_form == ReadForm::columns)
    return "read noise: one draw a column and read (independent Gaussian noise of cells adds up to exactly that)";
  return options.wires.ideal()
             ? "read noise: one draw a cell and read (as asked for)"
             : "read noise: one draw a cell and read, the circuit solved anew for each (with wires the "
               "sum of a column is not linear in the noise)";
}

/// The noise of a conversion over all `rows` of an array and so many lines of cells.
std::string converter_noise_text(const AdcNoise& noise, Index rows, int lines) {
  if (noise.off()) return "converter noise: none";
  const std::string law = noise.law == AdcNoiseLaw::gaussian ? "gaussian" : "logistic";
  if (!noise.grows_with_cells())
    return fmt::format("converter noise: {}, sd {:.4g} currents of one cell fully on", law, noise.sd);
  const auto cells = static_cast<double>(rows * lines);
  return fmt::format(
      "converter noise: {}, sd {:.4g}, {:.4g} and {:.4g} currents of one cell fully on where none, half and all of "
      "{:g} "
      "cells conduct ({} rows on, {})",
      law, noise.sd_of(0, cells), noise.sd_of(cells / 2, cells), noise.sd_of(cells, cells), cells, rows,
      lines == 2 ? "both lines of a pair" : "one line");
}

int reads_of(const DacOptions& dac) {
  InputCoding coding = dac.coding;
  if (coding.encoding == InputEncoding::automatic) coding.encoding = InputEncoding::unsigned_;
  return coding.reads();
}

/// Numbers between 0 and 1, all above 0.
Matrix<float> some_numbers(Index rows, Index columns) {
  Matrix<float> numbers(rows, columns);
  Stream(1, {.purpose = Purpose::initialisation})
      .uniforms(0, {numbers.data(), static_cast<std::size_t>(numbers.size())});
  return numbers;
}

}  // namespace

std::string describe_arrays(const ArrayOptions& options, const NetworkSpec& network) {
  const CellFormat& format = options.format;
  ArrayOptions shape = options;  // no circuit has to be solved to count arrays
  shape.wires = {};
  shape.read_noise = {};
  shape.adc.noise = {};
  Index most_rows = 0, cells = 0, conversions = 0;
  int lines = 1;
  std::string text = "    " + cells_text(options) + "\n";
  if (const std::string defects = defects_text(options); !defects.empty()) text += "    " + defects + "\n";
  const std::vector<Node> layers = network.weight_layers();
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const Node& spec = layers[i];
    const ArrayOptions own = options_of_layer(shape, i, layers.size());
    const Index groups = spec.weight_groups();
    const ArrayLayer layer(
        own, View<const float>(Matrix<float>(Matrix<float>::Zero(spec.weight_outputs(), spec.weight_inputs()))), false,
        groups);
    const Tiles& tiles = layer.tiles();
    if (!options_of_layer(options, i, layers.size()).adc.noise.off()) {  // those of ideal layers are none
      most_rows = std::max(most_rows, tiles.rows);
      lines = layer.lines();
    }
    const Index stacks = format.slices() * format.polarities();
    const Index converted = own.adc.bits == 0 ? 0 : groups * layer.width() * tiles.row_tiles() * reads_of(own.dac);
    const std::string of_groups = groups > 1 ? fmt::format(" in {} groups", groups) : "";
    text += fmt::format("    {}: {} arrays of at most {} x {}{}, {} reads and {} conversions an input vector\n",
                        spec.name, groups * tiles.row_tiles() * tiles.column_tiles() * stacks, tiles.rows,
                        tiles.columns + (format.has_reference() ? 1 : 0), of_groups, reads_of(own.dac), converted);
    cells += spec.weight_inputs() * stacks *
             (spec.weight_outputs() + (format.has_reference() ? groups * tiles.column_tiles() : 0));
    conversions += converted * spec.operation->weights().uses;
  }
  text += fmt::format("    in all: {} cells, {} conversions an image\n", cells, conversions);
  text += "    " + noise_text(options) + "\n";
  return text + "    " + converter_noise_text(options.adc.noise, most_rows, lines) + "\n";
}

double measure_chip(const ArrayOptions& options, const NetworkSpec& network, std::size_t images) {
  use_one_thread();
  const bool slow = !options.read_noise.zero() && options.read_form == ReadForm::cells;
  const Index vectors = slow ? 1 : 128;
  const Clock clock = steady_clock();
  double seconds = 0;
  const std::vector<Node> layers = network.weight_layers();
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const Node& spec = layers[i];
    ArrayOptions own = options_of_layer(options, i, layers.size());
    if (own.adc.range == RangeKind::trained) own.adc.range = RangeKind::calibrated;  // costs the same
    const Matrix<float> weights = some_numbers(spec.weight_outputs(), spec.weight_inputs()).array() - 0.5F;
    const Matrix<float> x = some_numbers(vectors, spec.weight_inputs());
    ArrayOptions quiet = own;
    quiet.read_noise = {};
    const Index groups = spec.weight_groups();
    const LayerScales scales = calibrate(ArrayLayer(quiet, View<const float>(weights), false, groups), x);
    ArrayLayer layer(own, View<const float>(weights), false, groups);
    const double start = clock();
    (void)layer.program({1, {}});
    const double writing = clock() - start;
    std::vector<std::uint32_t> numbers(static_cast<std::size_t>(vectors));
    std::iota(numbers.begin(), numbers.end(), 0U);
    Matrix<float> y(vectors, layer.tiles().outputs);
    if (!slow) layer.read(x, {numbers, 1}, scales, {1, {}}, y);  // untimed: a product is made ready when first met
    const double ready = clock();
    layer.read(x, {numbers, 1}, scales, {1, {}}, y);
    const double read = (clock() - ready) / static_cast<double>(vectors) * static_cast<double>(groups);
    seconds += writing + read * static_cast<double>(images) * static_cast<double>(spec.operation->weights().uses);
  }
  return seconds;
}

}  // namespace ohmcarlo
