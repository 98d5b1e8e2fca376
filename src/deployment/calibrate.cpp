#include "deployment/calibrate.hpp"

#include <algorithm>

#include "deployment/chip_pass.hpp"
#include "deployment/images.hpp"
#include "linalg/product.hpp"

namespace ohmcarlo {

void calibrate(ArrayNetwork& chip, const LayerStandards& standards, int reads, std::uint64_t round, const Poll& poll) {
  for (std::size_t i = 0; i < chip.layers(); ++i) {
    chip.correction(i).reset();
    const Matrix<float> s = standards[i]->rows();
    const Matrix<float>& clean = chip.state().parameters[i].weights;
    const std::vector<std::uint32_t> names = first_names(s.rows());
    const Index outputs = chip.layer(i).tiles().outputs;
    Matrix<float> y(s.rows(), outputs);
    Matrix<double> sum = Matrix<double>::Zero(s.rows(), clean.rows());
    for (int repeat = 0; repeat < reads; ++repeat) {
      const std::uint64_t number = round * static_cast<std::uint64_t>(reads) + static_cast<std::uint64_t>(repeat);
      const ChipKey key = reads_of(chip.chip(i), Purpose::calibration_read, number);
      for (Index group = 0; group < chip.layer(i).groups(); ++group) {
        chip.read(i, s, {names, 1, 0, group}, key, y, poll);
        sum.middleCols(group * outputs, outputs) += y.cast<double>();
      }
    }
    sum = sum / reads - s.cast<double>() * clean.cast<double>().transpose();
    chip.correction(i).emplace(standards[i], sum.cast<float>());
  }
}

std::vector<double> output_errors(const ArrayNetwork& chip, View<const float> inputs, std::uint64_t round,
                                  const Poll& poll) {
  struct Seen {
    double sum = 0, most = 0;  ///< of |y - x W|, and the largest |x W|
    Index count = 0;
  };
  std::vector<Seen> seen(chip.layers());
  const auto compare = [&](std::size_t i, Index group, View<const float> x, View<const float> y) {
    Matrix<float> clean(y.rows, y.cols);
    MatrixProduct<float>(View<const float>(chip.state().parameters[i].weights)).apply(x, clean, group);
    seen[i].sum += (y.map() - clean).cwiseAbs().cast<double>().sum();
    seen[i].most = std::max(seen[i].most, double{clean.cwiseAbs().maxCoeff()});
    seen[i].count += clean.size();
  };
  const ChipPass pass(chip, inputs.rows, Purpose::probe_read, round, poll, {}, compare);
  Activations<float> activations;
  (void)chip.network().forward(inputs, pass.weights(), activations);
  std::vector<double> errors;
  for (const Seen& layer : seen)
    errors.push_back(layer.sum == 0 ? 0 : layer.sum / static_cast<double>(layer.count) / layer.most);
  return errors;
}

}  // namespace ohmcarlo
