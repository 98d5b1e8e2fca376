#include "crossbar/array_layer.hpp"

#include <cmath>

#include "base/error.hpp"
#include "linalg/product.hpp"

namespace ohmcarlo {
namespace {

Index tile_size(Index wanted, Index size) {
  return wanted == 0 || wanted > size ? std::max<Index>(size, 1) : wanted;
}

std::span<float> elements(Matrix<float>& matrix) {
  return {matrix.data(), static_cast<std::size_t>(matrix.size())};
}

/// In blocks that stay in the cache.
Matrix<float> transposed(const Matrix<float>& a) {
  constexpr Index kBlock = 32;
  Matrix<float> b(a.cols(), a.rows());
  for (Index i = 0; i < a.rows(); i += kBlock)
    for (Index j = 0; j < a.cols(); j += kBlock) {
      const Index rows = std::min(kBlock, a.rows() - i), cols = std::min(kBlock, a.cols() - j);
      b.block(j, i, cols, rows) = a.block(i, j, rows, cols).transpose();
    }
  return b;
}

}  // namespace

ArrayLayer::ArrayLayer(const ArrayOptions& options, View<const float> weights, bool keep_planes)
    : options_(options),
      keep_planes_(keep_planes || (!options.read_noise.zero() && options.read_form == ReadForm::cells) ||
                   options.redrawn()),
      tiles_{weights.cols, weights.rows, tile_size(options.tile_rows, weights.cols),
             tile_size(options.tile_columns, weights.rows)},
      codes_(quantise(options.format, weights)),
      code_sums_(codes_.codes.cast<double>().rowwise().sum()) {
  require(options.wires.ideal() || (options.format.mapping != Mapping::sign_magnitude &&
                                    (options.read_noise.zero() || !options.format.has_reference())),
          "wires belong to pairs, or to arrays with reference columns that are read without noise");
  columns_ = tiles_.outputs;
  if (options.format.has_reference()) columns_ += tiles_.column_tiles();
  if (options.format.polarities() == 2 && single_ended()) columns_ *= 2;
  column_levels_.resize(tiles_.inputs, width());
  if (counts_cells()) conducting_levels_.resize(tiles_.inputs, width());
  for (int slice = 0; slice < options.format.slices(); ++slice)
    place(slice,
          {transposed(targets(slice, false)), has_partner() ? transposed(targets(slice, true)) : Matrix<float>()});
}

Matrix<float> ArrayLayer::targets(int slice, bool negative) const {
  const CellFormat& format = options_.format;
  if (format.has_reference() && negative)
    return Matrix<float>::Constant(tiles_.column_tiles(), tiles_.inputs, reference_target(format, slice));
  Matrix<float> steps(tiles_.outputs, tiles_.inputs);
  cell_targets(format, {codes_.codes.data(), static_cast<std::size_t>(codes_.codes.size())}, slice, negative,
               elements(steps));
  return steps;
}

ProgramReport ArrayLayer::program(const Lineage& chip, const Address& at) {
  ProgramReport report;
  const auto programmed = [&](int slice, bool negative) {
    Matrix<float> steps = targets(slice, negative);
    Address address = at;
    address.slice = static_cast<std::uint32_t>(slice);
    address.negative = negative;
    // The reference column is one column of each array, so its plane consists of arrays with one column.
    const bool reference = options_.format.has_reference() && negative;
    PlaneShape shape = plane_shape();
    if (reference) {
      shape.outputs = static_cast<std::size_t>(steps.rows());
      shape.tile_columns = 1;
    }
    if (options_.redrawn())
      (negative ? redrawn_negative_ : redrawn_) =
          RedrawnCells(varied_cells(*options_.cells.defects, shape.cells(), chip, address), tiles_.inputs, address);
    report += program_plane(options_.cells, shape, chip, address, elements(steps));
    return transposed(steps);
  };
  planes_.clear();
  for (int slice = 0; slice < options_.format.slices(); ++slice) {
    SlicePlanes planes{programmed(slice, false), {}};
    if (has_partner()) planes.negative = programmed(slice, true);
    place(slice, std::move(planes));
  }
  return report;
}

void ArrayLayer::rewrite(const std::function<void(Matrix<float>& positive, Matrix<float>& negative)>& write) {
  require(planes_.size() == 1 && options_.format.polarities() == 2 && options_.wires.ideal(),
          "pairs of one cell each are written cell by cell");
  SlicePlanes planes = std::move(planes_.front());
  write(planes.positive, planes.negative);
  place(0, std::move(planes));
}

PlaneShape ArrayLayer::plane_shape() const {
  return {static_cast<std::size_t>(tiles_.outputs), static_cast<std::size_t>(tiles_.inputs),
          static_cast<std::size_t>(tiles_.rows), static_cast<std::size_t>(tiles_.columns)};
}

bool ArrayLayer::counts_cells() const {
  return options_.adc.noise.grows_with_cells() && !single_ended();
}

float ArrayLayer::pedestal() const {
  const bool seen = options_.adc.bits > 0 || !options_.adc.noise.off();
  return single_ended() && seen ? static_cast<float>(options_.cells.range.pedestal()) : 0.0F;
}

double ArrayLayer::full_scale(Index rows, double applied) const {
  return static_cast<double>(rows) * (options_.format.top() + double{pedestal()}) * applied;
}

std::size_t ArrayLayer::granules() const {
  switch (options_.adc.granularity) {
    case Granularity::layer:
      return 1;
    case Granularity::array:
      return static_cast<std::size_t>(tiles_.row_tiles() * tiles_.column_tiles());
    case Granularity::column:
      return static_cast<std::size_t>(tiles_.row_tiles() * columns_);
  }
  return 1;
}

std::size_t ArrayLayer::granule(Index row_tile, Index column) const {
  switch (options_.adc.granularity) {
    case Granularity::layer:
      return 0;
    case Granularity::array: {
      const bool reference = options_.format.has_reference() && column >= tiles_.outputs;
      const Index tile = reference ? column - tiles_.outputs : column % tiles_.outputs / tiles_.columns;
      return static_cast<std::size_t>(row_tile * tiles_.column_tiles() + tile);
    }
    case Granularity::column:
      return static_cast<std::size_t>(row_tile * columns_ + column);
  }
  return 0;
}

Index ArrayLayer::partner(Index output) const {
  return tiles_.outputs + (options_.format.has_reference() ? output / tiles_.columns : output);
}

void ArrayLayer::place(int slice, SlicePlanes planes) {
  const ArrayOptions& options = options_;
  const Index columns = planes.positive.cols(), partners = planes.negative.cols();
  auto positive = column_levels_.middleCols(first_column(slice, false), columns);
  auto negative = column_levels_.middleCols(first_column(slice, true), partners);
  if (!options.wires.ideal()) {
    place_wired(slice, planes);
  } else if (options.format.mapping == Mapping::sign_magnitude) {
    positive = planes.positive.cwiseProduct(
        codes_.codes.transpose().unaryExpr([](float code) { return code < 0 ? -1.0F : 1.0F; }));
  } else if (single_ended()) {
    positive = planes.positive.array() + pedestal();
    negative = planes.negative.array() + pedestal();
  } else {
    positive = planes.positive - planes.negative;
  }
  if (counts_cells() && options.wires.ideal()) {
    auto conducting = conducting_levels_.middleCols(first_column(slice, false), columns);
    conducting = planes.positive;
    if (has_partner()) conducting += planes.negative;
  }
  if (options.read_form == ReadForm::columns && !options.read_noise.constant()) {
    if (column_variances_.size() == 0) column_variances_.resize(tiles_.inputs, width());
    const auto variance = [&](float steps) { return options.read_noise(steps) * options.read_noise(steps); };
    column_variances_.middleCols(first_column(slice, false), columns) = planes.positive.unaryExpr(variance);
    if (single_ended())
      column_variances_.middleCols(first_column(slice, true), partners) = planes.negative.unaryExpr(variance);
    else if (has_partner())
      column_variances_.middleCols(first_column(slice, false), columns) += planes.negative.unaryExpr(variance);
  }
  if (keep_planes_) {
    planes_.resize(static_cast<std::size_t>(options.format.slices()));
    planes_[static_cast<std::size_t>(slice)] = std::move(planes);
  }
}

/// The effective conductances of every array, as steps: a pair is two arrays, a reference column the last of its array.
void ArrayLayer::place_wired(int slice, const SlicePlanes& planes) {
  const CellRange& range = options_.cells.range;
  const auto effective = [&](const Matrix<double>& steps) {
    const Matrix<double> siemens = steps.unaryExpr([&](double cell) { return range.siemens(cell); });
    return Matrix<double>(
        ((WiredArray(View<const double>(siemens), options_.wires).effective().array() - range.g_min) / range.step())
            .matrix());
  };
  for (Index r = 0; r < tiles_.row_tiles(); ++r) {
    const Index first_row = tiles_.first_row(r), rows = tiles_.row_count(r);
    for (Index c = 0; c < tiles_.column_tiles(); ++c) {
      const Index first = tiles_.first_column(c), count = tiles_.column_count(c);
      const auto positive = planes.positive.block(first_row, first, rows, count).cast<double>();
      if (options_.format.has_reference()) {
        Matrix<double> array(rows, count + 1);
        array << positive, planes.negative.block(first_row, c, rows, 1).cast<double>();
        array = effective(array).array() + double{pedestal()};
        column_levels_.block(first_row, first_column(slice, false) + first, rows, count) =
            array.leftCols(count).cast<float>();
        column_levels_.block(first_row, first_column(slice, true) + c, rows, 1) = array.rightCols(1).cast<float>();
        continue;
      }
      const Matrix<double> p = effective(positive);
      const Matrix<double> n = effective(planes.negative.block(first_row, first, rows, count).cast<double>());
      auto place = [&](bool negative, const Matrix<double>& steps) {
        column_levels_.block(first_row, first_column(slice, negative) + first, rows, count) = steps.cast<float>();
      };
      if (single_ended()) {
        place(false, p.array() + double{pedestal()});
        place(true, n.array() + double{pedestal()});
      } else {
        place(false, p - n);
        if (counts_cells())
          conducting_levels_.block(first_row, first_column(slice, false) + first, rows, count) = (p + n).cast<float>();
      }
    }
  }
}

void ArrayLayer::column_sums(View<const float> applied, Index row_tile, View<float> sums) const {
  const Index first = tiles_.first_row(row_tile), count = tiles_.row_count(row_tile);
  multiply(applied.middle_cols(first, count), Transpose::no,
           View<const float>(column_levels_).middle_rows(first, count), Transpose::no, sums);
}

Matrix<float> ArrayLayer::read_back() const {
  Matrix<double> steps = Matrix<double>::Zero(tiles_.inputs, tiles_.outputs);
  for (int slice = 0; slice < options_.format.slices(); ++slice) {
    const double weight = options_.format.slice_weight(slice);
    for (Index j = 0; j < tiles_.outputs; ++j) {
      steps.col(j) += weight * column_levels_.col(slice * columns_ + j).cast<double>();
      if (single_ended()) steps.col(j) -= weight * column_levels_.col(slice * columns_ + partner(j)).cast<double>();
    }
  }
  return (steps.transpose() * (codes_.unit / options_.format.steps_per_code())).cast<float>();
}

const Matrix<float>& ArrayLayer::cell_levels(int slice, bool negative) const {
  require(!planes_.empty(), "planes are kept");
  const SlicePlanes& planes = planes_[static_cast<std::size_t>(slice)];
  return negative ? planes.negative : planes.positive;
}

}  // namespace ohmcarlo
