#include "chip/layer_content.hpp"

namespace ohmcarlo {

LayerContent content_of(const ArrayLayer& layer, const Vector<float>& bias) {
  const CellFormat& format = layer.options().format;
  const auto top = static_cast<float>(format.top());
  LayerContent content{.weights = layer.read_back(),
                       .bias = bias,
                       .groups = layer.groups(),
                       .tiles = layer.tiles(),
                       .slices = {},
                       .signs = {}};
  for (int slice = 0; slice < format.slices(); ++slice) {
    SliceContent& cells = content.slices.emplace_back();
    cells.positive = layer.cell_levels(slice, false) / top;
    if (layer.has_partner()) cells.negative = layer.cell_levels(slice, true) / top;
    cells.scale = layer.weight_unit() * format.slice_weight(slice) * top;
  }
  if (format.mapping == Mapping::sign_magnitude)
    content.signs = layer.codes().codes.transpose().unaryExpr([](float code) { return code < 0 ? -1.0F : 1.0F; });
  return content;
}

}  // namespace ohmcarlo
