// Layers whose arrays have wires with resistance, against the nodal equations of each array.

#include <numeric>

#include <gtest/gtest.h>

#include "crossbar/array_layer.hpp"
#include "crossbar/nodal.hpp"
#include "crossbar/noisy_read.hpp"
#include "random/stream.hpp"

namespace ohmcarlo::cell_noise_test {
namespace cell_noise_test {

constexpr Index kInputs = 7, kOutputs = 5, kRows = 4, kColumns = 3, kVectors = 3;
const ChipKey kChip{5, {.layer = 3, .replica = 1, .trial = 2}};

ArrayOptions wired(Mapping mapping) {
  ArrayOptions options;
  options.format = {mapping, 4, mapping == Mapping::mid_point ? 0 : 2};
  options.tile_rows = kRows;
  options.tile_columns = kColumns;
  options.cells.range = {1e-6, 1e-4, options.format.top()};
  options.cells.variation.sigma = 0.1;
  options.cells.clip = Clip::zero;
  options.wires = {.row_ohm = 30, .column_ohm = 20, .driver_ohm = 100, .sense_ohm = 50, .both_ends = true};
  return options;
}

Matrix<float> numbers(Index rows, Index columns, std::uint32_t which) {
  Matrix<float> m(rows, columns);
  Stream(9, {.purpose = Purpose::initialisation, .layer = which})
      .uniforms(0, {m.data(), static_cast<std::size_t>(m.size())});
  return m;
}

/// Noise of one read as it is addressed: [inputs, cells of the plane].
Matrix<double> noise_of(const ArrayOptions& options, std::uint32_t image, int slice, bool negative, Index columns) {
  Matrix<double> z = Matrix<double>::Zero(kInputs, columns);
  if (options.read_noise.zero()) return z;
  Address address = kChip.address;
  address.purpose = Purpose::read_cell;
  address.slice = static_cast<std::uint32_t>(slice);
  address.negative = negative;
  address.event = read_event(image, 0, 0);
  std::vector<float> normals(static_cast<std::size_t>(columns));
  for (Index i = 0; i < kInputs; ++i) {
    Stream(kChip.key, address).normals(static_cast<std::uint64_t>(i * noise_row_stride(columns)), normals);
    for (Index j = 0; j < columns; ++j) z(i, j) = normals[static_cast<std::size_t>(j)];
  }
  return z;
}

/// Amperes of every column of a plane, tile by tile, less what g_min alone would conduct without wires.
Matrix<double> currents(const ArrayLayer& layer, const Matrix<double>& steps, const Matrix<double>& x) {
  const ArrayOptions& options = layer.options();
  const CellRange& range = options.cells.range;
  Matrix<double> sums = Matrix<double>::Zero(1, steps.cols());
  for (Index r = 0; r < kInputs; r += kRows)
    for (Index c = 0; c < steps.cols(); c += kColumns) {
      const Index rows = std::min(kRows, kInputs - r), columns = std::min(kColumns, steps.cols() - c);
      const Matrix<double> g = steps.block(r, c, rows, columns).unaryExpr([&](double s) {
        return std::max(range.g_min + s * range.step(), 0.0);
      });
      const Matrix<double> volts = x.middleCols(r, rows);
      sums.middleCols(c, columns) +=
          (NodalCircuit(g, options.wires).currents(volts).array() - range.g_min * volts.sum()).matrix();
    }
  return sums;
}

void expect_nodal(const ArrayOptions& options) {
  const Matrix<float> weights = numbers(kOutputs, kInputs, 1).array() - 0.5F;
  const Matrix<float> x = numbers(kVectors, kInputs, 2);
  ArrayLayer layer(options, View<const float>(weights), true);
  (void)layer.program(kChip);
  const LayerScales scales{{.encoding = InputEncoding::unsigned_}, {}};
  std::vector<std::uint32_t> images(kVectors);
  std::iota(images.begin(), images.end(), 40U);
  Matrix<float> y(kVectors, kOutputs);
  layer.read(x, {images, 1}, scales, kChip, y);

  for (Index v = 0; v < kVectors; ++v) {
    Matrix<double> expected = Matrix<double>::Zero(1, kOutputs);
    for (int slice = 0; slice < options.format.slices(); ++slice) {
      for (const bool negative : {false, true}) {
        Matrix<double> steps = layer.plane(slice, negative).transpose().cast<double>();
        const Matrix<double> z = noise_of(options, images[static_cast<std::size_t>(v)], slice, negative, steps.cols());
        for (Index i = 0; i < steps.size(); ++i)
          steps.data()[i] += double{options.read_noise(static_cast<float>(steps.data()[i]))} * z.data()[i];
        const Matrix<double> amperes = currents(layer, steps, x.row(v).cast<double>());
        expected += (negative ? -1 : 1) * options.format.slice_weight(slice) * amperes / options.cells.range.step();
      }
    }
    expected *= layer.weight_unit();
    for (Index j = 0; j < kOutputs; ++j)
      EXPECT_NEAR(y(v, j), expected(0, j), 2e-6) << "vector " << v << " output " << j;
  }
}

TEST(WiredChain, EqualsTheNodalEquationsOfEveryArray) {
  expect_nodal(wired(Mapping::one_sided));
  expect_nodal(wired(Mapping::mid_point));
}

TEST(WiredChain, NoiseOfAReadChangesTheCircuitItself) {
  for (const Mapping mapping : {Mapping::one_sided, Mapping::mid_point}) {
    ArrayOptions options = wired(mapping);
    options.read_noise = {0.05F, 0.02F, 0};
    options.read_form = ReadForm::cells;
    expect_nodal(options);
  }
}

TEST(WiredChain, AReferenceColumnIsTheLastOfItsArray) {
  ArrayOptions options = wired(Mapping::offset);
  const Matrix<float> weights = numbers(kOutputs, kInputs, 1).array() - 0.5F;
  ArrayLayer layer(options, View<const float>(weights), true);
  (void)layer.program(kChip);
  const Matrix<float> back = layer.read_back();
  Matrix<double> expected = Matrix<double>::Zero(kInputs, kOutputs);
  for (int slice = 0; slice < options.format.slices(); ++slice) {
    const Matrix<float> cells = layer.plane(slice, false), reference = layer.plane(slice, true);
    for (Index r = 0; r < kInputs; r += kRows)
      for (Index c = 0; c < kOutputs; c += kColumns) {
        const Index rows = std::min(kRows, kInputs - r), columns = std::min(kColumns, kOutputs - c);
        Matrix<double> steps(rows, columns + 1);
        steps << cells.block(c, r, columns, rows).transpose().cast<double>(),
            reference.block(c / kColumns, r, 1, rows).transpose().cast<double>();
        const Matrix<double> g = steps.unaryExpr([&](double s) { return options.cells.range.siemens(s); });
        for (Index i = 0; i < rows; ++i) {
          const Matrix<double> unit = Matrix<double>::Identity(rows, rows).row(i);
          const Matrix<double> i_column = NodalCircuit(g, options.wires).currents(unit);
          for (Index j = 0; j < columns; ++j)
            expected(r + i, c + j) += options.format.slice_weight(slice) * (i_column(0, j) - i_column(0, columns)) /
                                      options.cells.range.step();
        }
      }
  }
  expected *= layer.weight_unit();
  EXPECT_LE((back.transpose().cast<double>() - expected).cwiseAbs().maxCoeff(), 2e-6);
}

}  // namespace cell_noise_test
}  // namespace ohmcarlo::cell_noise_test
