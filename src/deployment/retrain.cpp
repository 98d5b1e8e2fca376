#include "deployment/retrain.hpp"

#include <algorithm>
#include <cmath>

#include "network/loss.hpp"

namespace ohmcarlo {
namespace {

/// 1 for weights [outputs, inputs] both of whose cells are good, 0 for the others.
Matrix<float> good_pairs(const ArrayLayer& layer, const ChipKey& chip) {
  Matrix<float> good = Matrix<float>::Ones(layer.outputs(), layer.tiles().inputs);
  for (const bool negative : {false, true}) {
    Address address = chip.address;
    address.negative = negative;
    const std::vector<std::uint8_t> kinds = cell_kinds(layer.options().cells, layer.plane_shape(), chip.key, address);
    for (std::size_t i = 0; i < kinds.size(); ++i)
      if (kinds[i] != kFree) good.data()[i] = 0;
  }
  return good;
}

/// Writes weights [outputs, inputs] to good pairs.
std::uint64_t write_good(ArrayLayer& layer, const Matrix<float>& good, const Matrix<float>& weights) {
  const CellFormat& format = layer.options().format;
  Matrix<float> codes = weights / static_cast<float>(layer.codes().unit);
  if (format.weight_bits > 0) codes = codes.unaryExpr([](float code) { return std::nearbyint(code); });
  std::uint64_t writes = 0;
  const auto write = [&](bool negative, Matrix<float>& steps) {
    Matrix<float> targets(codes.rows(), codes.cols());
    const auto size = static_cast<std::size_t>(codes.size());
    cell_targets(format, {codes.data(), size}, 0, negative, {targets.data(), size});
    for (Index j = 0; j < codes.rows(); ++j)
      for (Index i = 0; i < codes.cols(); ++i)
        if (good(j, i) != 0 && steps(i, j) != targets(j, i)) {
          steps(i, j) = targets(j, i);
          ++writes;
        }
  };
  layer.rewrite([&](Matrix<float>& positive, Matrix<float>& negative) {
    write(false, positive);
    write(true, negative);
  });
  return writes;
}

}  // namespace

std::uint64_t retrain(ArrayNetwork& chip, const DeploymentImages& images, const RetrainOptions& options,
                      const Poll& poll) {
  const Network<float>& network = chip.network();
  Parameters<float> parameters = chip.state().parameters;
  std::vector<Matrix<float>> good;
  std::vector<float> most;
  for (std::size_t i = 0; i < chip.layers(); ++i) {
    good.push_back(good_pairs(chip.layer(i), chip.chip(i)));
    most.push_back(static_cast<float>(chip.layer(i).codes().unit * chip.layer(i).options().format.largest_code()));
    parameters[i].weights = chip.layer(i).read_back();
  }
  const MatrixPass<float> pass(parameters, chip.state().normalisations.evaluated());
  Address order = chip.chip(0).address;
  order.purpose = Purpose::retrain_order;
  Activations<float> activations;
  Batch batch;
  for (std::int64_t update = 0; update < options.updates; ++update) {
    poll();
    draw_batch(images, chip.chip(0).key, order, static_cast<std::uint64_t>(update), options.batch, batch);
    const View<const float> logits = network.forward(batch.x, pass.weights(), activations);
    Matrix<float> grad_logits(logits.rows, logits.cols);
    (void)softmax_cross_entropy(logits, batch.labels, View<float>(grad_logits));
    NetworkGradient<float> gradient = zero_gradient<float>(network.spec());
    network.backward(batch.x, pass.weights(), activations, grad_logits, gradient);
    for (std::size_t i = 0; i < good.size(); ++i) {
      const Matrix<float> step =
          static_cast<float>(-options.learning_rate) * gradient.parameters[i].weights.cwiseProduct(good[i]);
      // Defective pairs may lie beyond the range, and stay there.
      for (Index k = 0; k < step.size(); ++k)
        if (good[i].data()[k] != 0)
          parameters[i].weights.data()[k] =
              std::clamp(parameters[i].weights.data()[k] + step.data()[k], -most[i], most[i]);
    }
  }
  std::uint64_t writes = 0;
  for (std::size_t i = 0; i < good.size(); ++i) writes += write_good(chip.layer(i), good[i], parameters[i].weights);
  return writes;
}

}  // namespace ohmcarlo
