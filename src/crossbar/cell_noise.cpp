#include "crossbar/cell_noise.hpp"

#include <algorithm>
#include <vector>

#include "crossbar/noisy_read.hpp"
#include "random/stream.hpp"

namespace ohmcarlo {
namespace {

/// The cells of one slice and polarity under a read of one row tile.
struct ReadCells {
  const ArrayLayer& layer;
  View<const float> cells;  ///< conductance levels of the group, [inputs, columns]
  Stream noise;
  Index group;
  Index row_tile;

  [[nodiscard]] Index first_row() const { return layer.tiles().first_row(row_tile); }
  /// Of the noise of all groups, one after the other.
  [[nodiscard]] Index first_noise_row() const { return group * layer.tiles().inputs + first_row(); }
  /// Fills in the normals of word line i of the tile.
  void draw(Index i, std::vector<float>& normals) const {
    noise.normals(static_cast<std::uint64_t>((first_noise_row() + i) * noise_row_stride(cells.cols)), normals);
  }
};

/// Stacks whose sign is digital.
void add_signed_sums(const ReadCells& read, std::span<const float> x, std::span<float> sums) {
  const SdLaw& sd = read.layer.options().read_noise;
  const Index first_output = read.group * read.layer.tiles().outputs;
  std::vector<float> normals(sums.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (x[i] == 0) continue;
    const Index input = read.first_row() + static_cast<Index>(i);
    read.draw(static_cast<Index>(i), normals);
    for (std::size_t j = 0; j < sums.size(); ++j) {
      const auto output = static_cast<Index>(j);
      const float cell = read.cells(input, output) + sd(read.cells(input, output)) * normals[j];
      sums[j] += (read.layer.codes().codes(first_output + output, input) < 0 ? -x[i] : x[i]) * cell;
    }
  }
}

void add_wired_sums(const ReadCells& read, std::span<const float> x, float sign, std::span<float> sums) {
  const ArrayOptions& options = read.layer.options();
  const CellRange& range = options.cells.range;
  const Tiles& tiles = read.layer.tiles();
  const auto rows = static_cast<Index>(x.size());
  Matrix<double> siemens(rows, read.cells.cols);
  Matrix<double> volts(1, rows);
  std::vector<float> normals(static_cast<std::size_t>(read.cells.cols));
  for (Index i = 0; i < rows; ++i) {
    const Index input = read.first_row() + i;
    volts(0, i) = x[static_cast<std::size_t>(i)];
    read.draw(i, normals);
    for (Index j = 0; j < read.cells.cols; ++j) {
      const float steps =
          read.cells(input, j) + options.read_noise(read.cells(input, j)) * normals[static_cast<std::size_t>(j)];
      siemens(i, j) = std::max(range.siemens(steps), 0.0);
    }
  }
  const double through_g_min = range.g_min * volts.sum();
  // Columns of one array share their wires. There are no reference columns here: the layer's constructor refuses them.
  for (Index c = 0; c < tiles.column_tiles(); ++c) {
    const Index column = tiles.first_column(c), count = tiles.column_count(c);
    const Matrix<double> part = siemens.middleCols(column, count);
    const Matrix<double> currents = WiredArray(View<const double>(part), options.wires).currents(volts);
    for (Index j = 0; j < count; ++j)
      sums[static_cast<std::size_t>(column + j)] +=
          sign * static_cast<float>((currents(0, j) - through_g_min) / range.step());
  }
}

}  // namespace

void add_noisy_cells(const ArrayLayer& layer, std::uint64_t key, Address address, Index group, Index row_tile,
                     std::span<const float> x, std::span<float> sums) {
  const ArrayOptions& options = layer.options();
  const auto count = static_cast<Index>(x.size());
  Vector<float> signed_x = Eigen::Map<const Vector<float>>(x.data(), count);
  const std::span<const float> input(signed_x.data(), x.size());
  const float shared = layer.pedestal() * signed_x.sum();
  if (layer.pedestal() != 0)
    for (float& sum : sums) sum += shared;
  for (int slice = 0; slice < options.format.slices(); ++slice) {
    address.slice = static_cast<std::uint32_t>(slice);
    for (const bool negative : {false, true}) {
      const View<const float> cells = layer.group_cells(slice, negative, group);
      if (cells.cols == 0) continue;
      address.negative = negative;
      const ReadCells read{layer, cells, Stream(key, address), group, row_tile};
      const auto columns = sums.subspan(static_cast<std::size_t>(layer.first_column(slice, negative)),
                                        static_cast<std::size_t>(cells.cols));
      const bool subtract = negative && !layer.single_ended();
      if (!options.wires.ideal()) {
        add_wired_sums(read, input, subtract ? -1.0F : 1.0F, columns);
      } else if (options.format.mapping == Mapping::sign_magnitude) {
        add_signed_sums(read, input, columns);
      } else {
        if (subtract) signed_x = -signed_x;
        add_noisy_read(read.noise, read.first_noise_row(), options.read_noise,
                       cells.middle_rows(read.first_row(), count), input, columns);
        if (subtract) signed_x = -signed_x;
      }
    }
  }
}

}  // namespace ohmcarlo
