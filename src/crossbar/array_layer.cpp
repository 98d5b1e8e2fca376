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

/// The sum of every row of codes. Whole numbers are added as such: no order of additions shows.
Vector<double> sums_of(const CellFormat& format, const Matrix<float>& codes) {
  if (format.weight_bits == 0) return codes.cast<double>().rowwise().sum();
  Vector<double> sums(codes.rows());
  for (Index i = 0; i < codes.rows(); ++i) {
    std::int64_t sum = 0;
    for (Index j = 0; j < codes.cols(); ++j) sum += static_cast<std::int32_t>(codes(i, j));
    sums(i) = static_cast<double>(sum);
  }
  return sums;
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

ArrayLayer::ArrayLayer(const ArrayOptions& options, View<const float> weights, bool keep_planes, Index groups)
    : options_(options),
      keep_planes_(keep_planes || (!options.read_noise.zero() && options.read_form == ReadForm::cells) ||
                   options.redrawn()),
      groups_(groups),
      tiles_{weights.cols, weights.rows / groups, tile_size(options.tile_rows, weights.cols),
             tile_size(options.tile_columns, weights.rows / groups)},
      codes_(quantise(options.format, weights)),
      code_sums_(sums_of(options.format, codes_.codes)),
      lines_(static_cast<std::size_t>(groups)) {
  require(outputs() == weights.rows, "all groups have as many outputs");
  require(options.wires.ideal() || (options.format.mapping != Mapping::sign_magnitude &&
                                    (options.read_noise.zero() || !options.format.has_reference())),
          "wires belong to pairs, or to arrays with reference columns that are read without noise");
  columns_ = tiles_.outputs;
  if (options.format.has_reference()) columns_ += tiles_.column_tiles();
  if (options.format.polarities() == 2 && single_ended()) columns_ *= 2;
  for (BitLines& lines : lines_) {
    lines.levels.resize(tiles_.inputs, width());
    if (counts_cells()) lines.conducting.resize(tiles_.inputs, width());
  }
  const Matrix<float> by_input = transposed(codes_.codes);
  for (int slice = 0; slice < options.format.slices(); ++slice) {
    SlicePlanes planes{targets(by_input, slice, false), {}};
    if (options.format.has_reference())
      planes.negative = reference_targets(slice).transpose();
    else if (has_partner())
      planes.negative = targets(by_input, slice, true);
    place(slice, std::move(planes));
  }
}

Matrix<float> ArrayLayer::targets(const Matrix<float>& codes, int slice, bool negative) const {
  Matrix<float> steps(codes.rows(), codes.cols());
  cell_targets(options_.format, {codes.data(), static_cast<std::size_t>(codes.size())}, slice, negative,
               elements(steps));
  return steps;
}

Matrix<float> ArrayLayer::reference_targets(int slice) const {
  return Matrix<float>::Constant(groups_ * tiles_.column_tiles(), tiles_.inputs,
                                 reference_target(options_.format, slice));
}

ProgramReport ArrayLayer::program(const Lineage& chip, const Address& at) {
  ProgramReport report;
  const auto programmed = [&](int slice, bool negative) {
    // The reference column is one column of each array, so its plane consists of arrays with one column.
    const bool reference = options_.format.has_reference() && negative;
    Matrix<float> steps = reference ? reference_targets(slice) : targets(codes_.codes, slice, negative);
    Address address = at;
    address.slice = static_cast<std::uint32_t>(slice);
    address.negative = negative;
    PlaneShape shape = plane_shape();
    if (reference) {
      shape.outputs = static_cast<std::size_t>(steps.rows());
      shape.tile_columns = 1;
      shape.groups = 1;
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
  return {static_cast<std::size_t>(outputs()), static_cast<std::size_t>(tiles_.inputs),
          static_cast<std::size_t>(tiles_.rows), static_cast<std::size_t>(tiles_.columns),
          static_cast<std::size_t>(groups_)};
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
      return static_cast<std::size_t>(groups_ * tiles_.row_tiles() * tiles_.column_tiles());
    case Granularity::column:
      return static_cast<std::size_t>(groups_ * tiles_.row_tiles() * columns_);
  }
  return 1;
}

std::size_t ArrayLayer::granule(Index row_tile, Index column, Index group) const {
  const Index tile_of_all = group * tiles_.row_tiles() + row_tile;
  switch (options_.adc.granularity) {
    case Granularity::layer:
      return 0;
    case Granularity::array: {
      const bool reference = options_.format.has_reference() && column >= tiles_.outputs;
      const Index tile = reference ? column - tiles_.outputs : column % tiles_.outputs / tiles_.columns;
      return static_cast<std::size_t>(tile_of_all * tiles_.column_tiles() + tile);
    }
    case Granularity::column:
      return static_cast<std::size_t>(tile_of_all * columns_ + column);
  }
  return 0;
}

Index ArrayLayer::partner(Index output) const {
  return tiles_.outputs + (options_.format.has_reference() ? output / tiles_.columns : output);
}

void ArrayLayer::place(int slice, SlicePlanes planes) {
  ++revision_;
  const Index partners = planes.negative.cols() / groups_;
  for (Index group = 0; group < groups_; ++group)
    place_group(slice, group, View<const float>(planes.positive).middle_cols(group * tiles_.outputs, tiles_.outputs),
                View<const float>(planes.negative).middle_cols(group * partners, partners));
  if (keep_planes_) {
    planes_.resize(static_cast<std::size_t>(options_.format.slices()));
    planes_[static_cast<std::size_t>(slice)] = std::move(planes);
  }
}

void ArrayLayer::place_group(int slice, Index group, View<const float> positive_cells,
                             View<const float> negative_cells) {
  const ArrayOptions& options = options_;
  const auto cells = positive_cells.map(), partner_cells = negative_cells.map();
  const Index columns = cells.cols(), partners = partner_cells.cols();
  BitLines& lines = lines_[static_cast<std::size_t>(group)];
  auto positive = lines.levels.middleCols(first_column(slice, false), columns);
  auto negative = lines.levels.middleCols(first_column(slice, true), partners);
  if (!options.wires.ideal()) {
    place_wired(slice, positive_cells, negative_cells, lines);
  } else if (options.format.mapping == Mapping::sign_magnitude) {
    positive =
        cells.cwiseProduct(codes_.codes.middleRows(group * columns, columns).transpose().unaryExpr([](float code) {
          return code < 0 ? -1.0F : 1.0F;
        }));
  } else if (single_ended()) {
    positive = cells.array() + pedestal();
    negative = partner_cells.array() + pedestal();
  } else {
    positive = cells - partner_cells;
  }
  if (counts_cells() && options.wires.ideal()) {
    auto conducting = lines.conducting.middleCols(first_column(slice, false), columns);
    conducting = cells;
    if (has_partner()) conducting += partner_cells;
  }
  if (options.read_form == ReadForm::columns && !options.read_noise.constant()) {
    if (lines.variances.size() == 0) lines.variances.resize(tiles_.inputs, width());
    const auto variance = [&](float steps) { return options.read_noise(steps) * options.read_noise(steps); };
    lines.variances.middleCols(first_column(slice, false), columns) = cells.unaryExpr(variance);
    if (single_ended())
      lines.variances.middleCols(first_column(slice, true), partners) = partner_cells.unaryExpr(variance);
    else if (has_partner())
      lines.variances.middleCols(first_column(slice, false), columns) += partner_cells.unaryExpr(variance);
  }
}

/// The effective conductances of every array, as steps: a pair is two arrays, a reference column the last of its array.
void ArrayLayer::place_wired(int slice, View<const float> positive_cells, View<const float> negative_cells,
                             BitLines& lines) const {
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
      const auto positive = positive_cells.block(first_row, first, rows, count).map().cast<double>();
      if (options_.format.has_reference()) {
        Matrix<double> array(rows, count + 1);
        array << positive, negative_cells.block(first_row, c, rows, 1).map().cast<double>();
        array = effective(array).array() + double{pedestal()};
        lines.levels.block(first_row, first_column(slice, false) + first, rows, count) =
            array.leftCols(count).cast<float>();
        lines.levels.block(first_row, first_column(slice, true) + c, rows, 1) = array.rightCols(1).cast<float>();
        continue;
      }
      const Matrix<double> p = effective(positive);
      const Matrix<double> n = effective(negative_cells.block(first_row, first, rows, count).map().cast<double>());
      auto place = [&](bool negative, const Matrix<double>& steps) {
        lines.levels.block(first_row, first_column(slice, negative) + first, rows, count) = steps.cast<float>();
      };
      if (single_ended()) {
        place(false, p.array() + double{pedestal()});
        place(true, n.array() + double{pedestal()});
      } else {
        place(false, p - n);
        if (counts_cells())
          lines.conducting.block(first_row, first_column(slice, false) + first, rows, count) = (p + n).cast<float>();
      }
    }
  }
}

void ArrayLayer::column_sums(View<const float> applied, Index group, Index row_tile, View<float> sums) const {
  const Index first = tiles_.first_row(row_tile), count = tiles_.row_count(row_tile);
  multiply(applied.middle_cols(first, count), Transpose::no,
           View<const float>(column_levels(group)).middle_rows(first, count), Transpose::no, sums);
}

Matrix<float> ArrayLayer::read_back() const {
  Matrix<double> steps = Matrix<double>::Zero(tiles_.inputs, outputs());
  for (int slice = 0; slice < options_.format.slices(); ++slice) {
    const double weight = options_.format.slice_weight(slice);
    for (Index output = 0; output < outputs(); ++output) {
      const Matrix<float>& levels = column_levels(output / tiles_.outputs);
      const Index j = output % tiles_.outputs;
      steps.col(output) += weight * levels.col(slice * columns_ + j).cast<double>();
      if (single_ended()) steps.col(output) -= weight * levels.col(slice * columns_ + partner(j)).cast<double>();
    }
  }
  return (steps.transpose() * (codes_.unit / options_.format.steps_per_code())).cast<float>();
}

const Matrix<float>& ArrayLayer::cell_levels(int slice, bool negative) const {
  require(!planes_.empty(), "planes are kept");
  const SlicePlanes& planes = planes_[static_cast<std::size_t>(slice)];
  return negative ? planes.negative : planes.positive;
}

View<const float> ArrayLayer::group_cells(int slice, bool negative, Index group) const {
  const View<const float> cells(cell_levels(slice, negative));
  const Index columns = cells.cols / groups_;
  return cells.middle_cols(group * columns, columns);
}

}  // namespace ohmcarlo
