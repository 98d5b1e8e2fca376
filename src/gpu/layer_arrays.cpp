#include "gpu/layer_arrays.hpp"

#include "base/error.hpp"
#include "crossbar/noisy_read.hpp"
#include "crossbar/sum_noise.hpp"
#include "periphery/logistic.hpp"

namespace ohmcarlo::gpu {
namespace {

std::uint64_t number(Index index) {
  return static_cast<std::uint64_t>(index);
}

DigitCoding digit_coding(const InputCoding& coding) {
  return {.full_scale = coding.full_scale,
          .largest = coding.largest_code(),
          .lowest_code = coding.lowest_code(),
          .highest_code = coding.largest_code(),
          .shift = coding.shift(),
          .bits = coding.bits,
          .read_bits = coding.read_bits,
          .reads = coding.reads(),
          .sign_magnitude = coding.encoding == InputEncoding::sign_magnitude};
}

SdNumbers sd_numbers(const SdLaw& sd) {
  return {sd.c0, sd.c1, sd.c2};
}

PackedAddress packed(const ChipKey& chip, Purpose purpose, bool negative = false, std::uint32_t slice = 0) {
  Address address = chip.address;
  address.purpose = purpose;
  address.negative = negative;
  address.slice = slice;
  return pack(address);
}

std::span<const float> elements(const Matrix<float>& matrix) {
  return {matrix.data(), static_cast<std::size_t>(matrix.size())};
}

/// Whether the sd of a sum's cells follows from the levels that the sum is made of.
bool levels_are_cells(const ArrayOptions& options) {
  return options.single_ended() && options.wires.ideal();
}

}  // namespace

bool draws_cells(const ArrayOptions& options) {
  return !options.read_noise.zero() && options.read_form == ReadForm::cells;
}

LayerArrays::LayerArrays(std::shared_ptr<Device> device, const ArrayLayer& layer, const LayerScales& scales)
    : device_(std::move(device)),
      applied_(scales.coding),
      quantisers_(scales.quantisers),
      draws_cells_(gpu::draws_cells(layer.options())),
      coding_(digit_coding(scales.coding)),
      lines_{number(layer.tiles().inputs), number(layer.tiles().rows)},
      groups_(static_cast<std::size_t>(layer.groups())) {
  require(layer.options().format.slices() <= kMostCellSlices && coding_.reads <= kMostReads,
          "a weight has at most 16 slices, an input at most 16 reads");
  for (Index group = 0; group < layer.groups(); ++group) {
    const Vector<double> shifted = coding_.shift * layer.options().format.steps_per_code() *
                                   layer.code_sums().segment(group * layer.tiles().outputs, layer.tiles().outputs);
    groups_[static_cast<std::size_t>(group)].shifted =
        DeviceArray<double>(device_, std::vector<double>(shifted.data(), shifted.data() + shifted.size()));
    if (!quantisers_.empty()) bring_converters(layer, group);
  }
  if (draws_cells_ && layer.options().format.mapping == Mapping::sign_magnitude) {
    std::vector<std::uint8_t> signs;
    for (Index input = 0; input < layer.tiles().inputs; ++input)
      for (Index output = 0; output < layer.outputs(); ++output)
        signs.push_back(layer.codes().codes(output, input) < 0 ? 1 : 0);
    digital_signs_ = DeviceArray<std::uint8_t>(device_, signs);
  }
}

void LayerArrays::bring_converters(const ArrayLayer& layer, Index group) {
  std::vector<float> zero, per_lsb;
  std::vector<double> lsb, zero_value;
  for (Index tile = 0; tile < layer.tiles().row_tiles(); ++tile)
    for (Index column = 0; column < layer.columns(); ++column) {
      const Quantiser& quantiser = quantisers_[layer.granule(tile, column, group)];
      require(
          quantiser.lowest() == quantisers_.front().lowest() && quantiser.highest() == quantisers_.front().highest(),
          "the converters of a layer have equal codes");
      zero.push_back(quantiser.zero());
      per_lsb.push_back(quantiser.per_lsb());
      lsb.push_back(quantiser.lsb());
      zero_value.push_back(double{quantiser.zero()});
    }
  Group& there = groups_[static_cast<std::size_t>(group)];
  there.zero = DeviceArray<float>(device_, zero);
  there.per_lsb = DeviceArray<float>(device_, per_lsb);
  there.lsb = DeviceArray<double>(device_, lsb);
  there.zero_value = DeviceArray<double>(device_, zero_value);
}

void LayerArrays::bring(std::span<const float> values, DeviceArray<float>& to) {
  if (values.empty()) return;
  if (to.size() != values.size()) to = DeviceArray<float>(device_, values.size());
  to.upload(values);
}

void LayerArrays::bring_planes(const ArrayLayer& layer) {
  for (const bool negative : {false, true}) {
    std::vector<float> planes;
    for (int slice = 0; slice < layer.options().format.slices(); ++slice) {
      const std::span<const float> plane = elements(layer.cell_levels(slice, negative));
      planes.insert(planes.end(), plane.begin(), plane.end());
    }
    bring(planes, cells_[negative ? 1 : 0]);
  }
}

void LayerArrays::follow(const ArrayLayer& layer) {
  if (revision_ == layer.revision()) return;
  for (Index group = 0; group < layer.groups(); ++group) {
    Group& there = groups_[static_cast<std::size_t>(group)];
    bring(elements(layer.column_levels(group)), there.levels);
    if (!levels_are_cells(layer.options())) bring(elements(layer.column_variances(group)), there.variances);
    bring(elements(layer.conducting_levels(group)), there.conducting);
  }
  if (draws_cells_) bring_planes(layer);
  revision_ = layer.revision();
}

SumCells LayerArrays::sum_cells(const ArrayLayer& layer, Index group, const ChipKey& chip) const {
  SumCells task;
  task.coding = coding_;
  task.lines = lines_;
  task.key = philox_key(chip.key);
  const PackedAddress slices[] = {packed(chip, Purpose::read_cell), packed(chip, Purpose::read_cell, false, 1)};
  for (std::size_t word = 0; word < task.slice_step.size(); ++word)
    task.slice_step[word] = slices[1][word] - slices[0][word];
  task.first_line = number(group * layer.tiles().inputs);
  for (const bool negative : {false, true}) {
    const View<const float> cells = layer.group_cells(0, negative, group);
    task.address[negative ? 1 : 0] = packed(chip, Purpose::read_cell, negative);
    task.planes[negative ? 1 : 0] = {.cells = cells_[negative ? 1 : 0].data(),
                                     .negative = digital_signs_.data(),
                                     .columns = number(cells.cols),
                                     .first_column = number(group * cells.cols),
                                     .all_columns = number(cells.cols * layer.groups()),
                                     .into = number(layer.first_column(0, negative))};
  }
  task.subtracts = !layer.single_ended();
  task.sd = sd_numbers(layer.options().read_noise);
  task.pedestal = layer.pedestal();
  task.slices = static_cast<std::uint64_t>(layer.options().format.slices());
  task.columns = number(layer.columns());
  return task;
}

ColumnNoise LayerArrays::column_noise(const ArrayLayer& layer, Index group, const ChipKey& chip) const {
  const ArrayOptions& options = layer.options();
  ColumnNoise noise;
  if (options.read_noise.zero() || draws_cells_) return noise;
  noise.kind = options.read_noise.constant() ? ColumnNoise::Kind::constant
               : levels_are_cells(options)   ? ColumnNoise::Kind::of_levels
                                             : ColumnNoise::Kind::given;
  noise.sd = sd_numbers(options.read_noise);
  noise.pedestal = layer.pedestal();
  noise.lines = static_cast<float>(layer.lines());
  noise.variances = groups_[static_cast<std::size_t>(group)].variances.data();
  noise.address = packed(chip, Purpose::read_column);
  return noise;
}

ConverterNoise LayerArrays::converter_noise(const ArrayLayer& layer, Index group, const ChipKey& chip) const {
  const AdcNoise& asked = layer.options().adc.noise;
  ConverterNoise noise;
  if (asked.off()) return noise;
  const double most = applied_.largest_applied();
  const Group& there = groups_[static_cast<std::size_t>(group)];
  noise.law = asked.law == AdcNoiseLaw::gaussian ? ConverterNoise::Law::gaussian : ConverterNoise::Law::logistic;
  noise.variance = asked.sd * asked.sd;
  noise.on_variance = asked.on_sd * asked.on_sd;
  noise.off_variance = asked.off_sd * asked.off_sd;
  noise.full_on = layer.full_scale(1, most);
  noise.full_off = double{layer.pedestal()} * most;
  noise.lines = layer.lines();
  noise.largest_applied = most;
  noise.logistic_scale = scale_of_logistic(1);
  noise.always_counts = counts_cells(layer, false);
  if (counts_cells(layer, true)) noise.counted = (layer.single_ended() ? there.levels : there.conducting).data();
  noise.address = packed(chip, Purpose::adc);
  return noise;
}

template <int kReads>
ReadTiles<kReads> LayerArrays::read_tiles(const ArrayLayer& layer, Index group, const ChipKey& chip) const {
  const Group& there = groups_[static_cast<std::size_t>(group)];
  ReadTiles<kReads> task;
  task.levels = there.levels.data();
  task.coding = coding_;
  task.lines = lines_;
  task.key = philox_key(chip.key);
  task.noise = column_noise(layer, group, chip);
  task.converter_noise = converter_noise(layer, group, chip);
  if (!quantisers_.empty())
    task.converters = {.zero = there.zero.data(),
                       .per_lsb = there.per_lsb.data(),
                       .lowest = quantisers_.front().lowest(),
                       .highest = quantisers_.front().highest()};
  for (int read = 0; read < coding_.reads; ++read) task.read_weight[read] = applied_.read_weight(read);
  for (int slice = 0; slice < layer.options().format.slices(); ++slice)
    task.slice_weight[slice] = layer.options().format.slice_weight(slice);
  task.width = number(layer.width());
  task.columns = number(layer.columns());
  task.first_tile = number(group * layer.tiles().row_tiles());
  return task;
}

template ReadTiles<1> LayerArrays::read_tiles(const ArrayLayer&, Index, const ChipKey&) const;
template ReadTiles<4> LayerArrays::read_tiles(const ArrayLayer&, Index, const ChipKey&) const;

FinishRead LayerArrays::finish_read(const ArrayLayer& layer, Index group) const {
  const Group& there = groups_[static_cast<std::size_t>(group)];
  const CellFormat& format = layer.options().format;
  FinishRead task;
  task.lsb = there.lsb.data();
  task.zero = there.zero_value.data();
  task.shifted = there.shifted.data();
  if (layer.single_ended())
    task.partner = format.has_reference() ? FinishRead::Partner::of_tile : FinishRead::Partner::own;
  for (int read = 0; read < coding_.reads; ++read)
    for (int slice = 0; slice < format.slices(); ++slice)
      task.weights += applied_.read_weight(read) * format.slice_weight(slice);
  task.unit = layer.codes().unit / format.steps_per_code() * applied_.unit();
  task.outputs = number(layer.tiles().outputs);
  task.columns = number(layer.columns());
  task.slices = static_cast<std::uint64_t>(format.slices());
  task.row_tiles = number(layer.tiles().row_tiles());
  task.tile_columns = number(layer.tiles().columns);
  return task;
}

}  // namespace ohmcarlo::gpu
