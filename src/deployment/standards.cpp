#include "deployment/standards.hpp"

#include <algorithm>
#include <numeric>

namespace ohmcarlo {
namespace {

/// Sums the rows that it is given on their way.
class SummedInputs final : public Product<float> {
 public:
  SummedInputs(View<const float> weights, Vector<double>& sum, double& rows)
      : product_(weights), sum_(sum), rows_(rows) {}
  void apply(View<const float> x, View<float> y, Index group) const override {
    sum_ += x.map().cast<double>().colwise().sum().transpose();
    rows_ += static_cast<double>(x.rows);
    product_.apply(x, y, group);
  }
  [[nodiscard]] View<const float> backward_weights() const override { return product_.backward_weights(); }

 private:
  MatrixProduct<float> product_;
  Vector<double>& sum_;
  double& rows_;
};

}  // namespace

std::vector<Vector<float>> mean_inputs(const ArrayNetwork& arrays, const DeploymentImages& images, const Poll& poll) {
  constexpr std::size_t kBatch = 100;
  const NetworkState<float>& clean = arrays.state();
  std::vector<Vector<double>> sums;
  std::vector<double> rows(clean.parameters.size());
  std::vector<SummedInputs> products;
  for (const LayerParameters<float>& layer : clean.parameters)
    sums.push_back(Vector<double>::Zero(layer.weights.cols()));
  for (std::size_t i = 0; i < sums.size(); ++i)
    products.emplace_back(View<const float>(clean.parameters[i].weights), sums[i], rows[i]);
  PassWeights<float> weights;
  weights.normalisations = clean.normalisations.evaluated();
  for (std::size_t i = 0; i < sums.size(); ++i) {
    weights.products.push_back(&products[i]);
    weights.biases.push_back(&clean.parameters[i].bias);
  }
  Activations<float> activations;
  Batch batch;
  const std::size_t count = std::min(images.images->count(), ArrayNetwork::kCalibrationImages);
  for (std::size_t first = 0; first < count; first += kBatch) {
    poll();
    std::vector<std::uint32_t> which(std::min(kBatch, count - first));
    std::iota(which.begin(), which.end(), static_cast<std::uint32_t>(first));
    fill_batch(*images.images, images.scaling, which, batch);
    (void)arrays.network().forward(batch.x, weights, activations);
  }
  std::vector<Vector<float>> means;
  for (std::size_t i = 0; i < sums.size(); ++i) means.push_back((sums[i] / rows[i]).cast<float>());
  return means;
}

LayerStandards standard_inputs(const CalibrateOptions& options, const ArrayNetwork& arrays,
                               const DeploymentImages& images, const Poll& poll) {
  std::vector<Vector<float>> values;
  if (options.standard == StandardKind::mean)
    values = mean_inputs(arrays, images, poll);
  else
    for (const LayerParameters<float>& layer : arrays.state().parameters)
      values.push_back(Vector<float>::Ones(layer.weights.cols()));
  LayerStandards standards;
  for (std::size_t i = 0; i < values.size(); ++i)
    standards.push_back(std::make_shared<const StandardInputs>(options.form, options.groups, std::move(values[i]),
                                                               arrays.scales()[i].coding.full_scale));
  return standards;
}

}  // namespace ohmcarlo
