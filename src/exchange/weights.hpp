#pragma once
// Weights from elsewhere, for a network that the experiment file describes.

#include <filesystem>
#include <string>
#include <vector>

#include "network/network.hpp"
#include "records/model.hpp"

namespace ohmcarlo {

/// The arrays of a file, by name: what their names and shapes must be, the network says (from_weights).
struct WeightsFile {
  std::string file;     ///< for messages
  std::string content;  ///< sha256 of its bytes
  std::vector<NamedArray> arrays;
};

/// Reads an archive of numpy (.npz, by np.savez or np.savez_compressed) or a model of this program's store (.model.h5),
/// told apart by their first bytes. Throws BadData that names the file, and the array where one is at fault:
/// what is neither, or damaged; values that are not finite.
[[nodiscard]] WeightsFile read_weights(const std::filesystem::path& path);

/// The network whose arrays a file holds, named and shaped as those of a stored model:
///
///   LAYER.weights   [outputs, inputs]; of a convolution also [channels out, channels in of a group, size, size]
///   LAYER.bias      [outputs]; may be left out where the layer has none
///   LAYER.adc_scale, .adc_bits, .dac_scale   [1], of a layer trained with converters (exchange/converter_arrays.hpp,
///   also for LAYER.adc_differential, .dac_signed)
///   LAYER.gamma, .beta, .mean, .variance   [channels], of a normalisation
///
/// where LAYER is dense1, conv1, norm1, block1.conv1 ... as `ohmcarlo check` lists them. Throws BadData that
/// names the file and an array that is missing, that no layer has, or whose shape is another one; also a negative
/// variance. Names of torch's state_dict are taken as well (exchange/torch_names.hpp).
[[nodiscard]] NetworkState<float> from_weights(const NetworkSpec& spec, const WeightsFile& weights);

/// A line that says which layer each module of torch was taken for; empty where arrays have this program's names.
[[nodiscard]] std::string note_on_weights(const NetworkSpec& spec, const WeightsFile& weights);

}  // namespace ohmcarlo
