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
    Matrix<float> y(s.rows(), clean.rows());
    Matrix<double> sum = Matrix<double>::Zero(y.rows(), y.cols());
    for (int repeat = 0; repeat < reads; ++repeat) {
      const std::uint64_t number = round * static_cast<std::uint64_t>(reads) + static_cast<std::uint64_t>(repeat);
      chip.read(i, s, {names, 1}, reads_of(chip.chip(i), Purpose::calibration_read, number), y, poll);
      sum += y.cast<double>();
    }
    sum = sum / reads - s.cast<double>() * clean.cast<double>().transpose();
    chip.correction(i).emplace(standards[i], sum.cast<float>());
  }
}

std::vector<double> output_errors(const ArrayNetwork& chip, View<const float> inputs, std::uint64_t round,
                                  const Poll& poll) {
  std::vector<double> errors(chip.layers());
  const auto compare = [&](std::size_t i, View<const float> x, View<const float> y) {
    Matrix<float> clean(y.rows, y.cols);
    multiply(x, Transpose::no, View<const float>(chip.state().parameters[i].weights), Transpose::yes, clean);
    const double mean = (y.map() - clean).cwiseAbs().cast<double>().mean();
    const double most = clean.cwiseAbs().maxCoeff();
    errors[i] = mean == 0 ? 0 : mean / most;
  };
  const ChipPass pass(chip, inputs.rows, Purpose::probe_read, round, poll, {}, compare);
  Activations<float> activations;
  (void)chip.network().forward(inputs, pass.weights(), activations);
  return errors;
}

}  // namespace ohmcarlo
