#include "deployment/cell_writer.hpp"

#include <algorithm>
#include <cmath>

#include "random/stream.hpp"

namespace ohmcarlo {

float written_change(const InSituOptions& options, float wished) {
  if (wished == 0 || std::fabs(wished) < static_cast<float>(options.smallest_write)) return 0;
  const auto pulse = static_cast<float>(options.pulse);
  switch (options.rule) {
    case WriteRule::analog:
      return wished;
    case WriteRule::pulses:
      return std::nearbyint(wished / pulse) * pulse;
    case WriteRule::sign:
      return std::copysign(pulse, wished);
  }
  throw std::logic_error("internal error: unknown write rule");
}

CellWriter::CellWriter(const ArrayLayer& layer, const ChipKey& chip, const InSituOptions& options)
    : options_(&options), chip_(chip) {
  for (const bool negative : {false, true}) {
    Address address = chip.address;
    address.negative = negative;
    kinds_[negative ? 1 : 0] = cell_kinds(layer.options().cells, layer.plane_shape(), chip.key, address);
  }
}

std::uint64_t CellWriter::write(ArrayLayer& layer, const Matrix<float>& gradient, std::uint64_t update) const {
  const auto top = static_cast<float>(layer.options().cells.range.top);
  // Steps are parts of full scale times top; half of the change on each cell of a pair.
  const auto per_gradient = static_cast<float>(-options_->learning_rate / layer.weight_unit() / 2) / top;
  const Matrix<float> wished = gradient.transpose() * per_gradient;
  std::uint64_t writes = 0;
  layer.rewrite([&](Matrix<float>& positive, Matrix<float>& negative) {
    writes += write_plane(wished, false, top, update, positive);
    writes += write_plane(-wished, true, top, update, negative);
  });
  return writes;
}

std::uint64_t CellWriter::write_plane(const Matrix<float>& wished, bool negative, float top, std::uint64_t update,
                                      Matrix<float>& steps) const {
  const std::vector<std::uint8_t>& kinds = kinds_[negative ? 1 : 0];
  const Index inputs = steps.rows();
  const auto number = [&](Index input, Index output) { return static_cast<std::size_t>(output * inputs + input); };
  std::vector<float> normals;
  if (options_->write_sigma > 0 && !kinds.empty()) {
    Address address = chip_.address;
    address.purpose = Purpose::in_situ_write;
    address.negative = negative;
    address.event = update;
    normals.resize(kinds.size());
    Stream(chip_.key, address).normals(0, normals);
  }
  const auto sigma = static_cast<float>(options_->write_sigma);
  std::uint64_t writes = 0;
  for (Index i = 0; i < inputs; ++i)
    for (Index j = 0; j < steps.cols(); ++j) {
      float change = written_change(*options_, wished(i, j));
      if (change == 0) continue;
      ++writes;
      const std::uint8_t kind = kinds.empty() ? kFree : kinds[number(i, j)];
      if (is_stuck(kind)) continue;
      if (kind == kVaried && !normals.empty()) change *= std::exp(sigma * normals[number(i, j)]);
      steps(i, j) = std::clamp(steps(i, j) + top * change, 0.0F, top);
    }
  return writes;
}

}  // namespace ohmcarlo
