#include "deployment/chip_pass.hpp"

#include "deployment/images.hpp"

namespace ohmcarlo {

class ChipPass::Read final : public Product<float> {
 public:
  Read(const ArrayNetwork& chip, std::size_t layer, Index images, const ChipKey& reads, const Poll& poll,
       const Matrix<float>* backward, const LayerWatch& watch)
      : chip_(chip),
        layer_(layer),
        names_(first_names(images)),
        reads_(reads),
        poll_(poll),
        backward_(backward),
        watch_(watch) {}

  void apply(View<const float> x, View<float> y, Index group) const override {
    chip_.read(layer_, x, {names_, x.rows / static_cast<Index>(names_.size()), 0, group}, reads_, y, poll_);
    if (watch_) watch_(layer_, group, x, y);
  }
  [[nodiscard]] View<const float> backward_weights() const override {
    require(backward_ != nullptr, "a pass with a way back has its matrices");
    return View<const float>(*backward_);
  }

 private:
  const ArrayNetwork& chip_;
  std::size_t layer_;
  std::vector<std::uint32_t> names_;
  ChipKey reads_;
  Poll poll_;
  const Matrix<float>* backward_;
  LayerWatch watch_;
};

ChipPass::ChipPass(const ArrayNetwork& chip, Index images, Purpose stage, std::uint64_t round, const Poll& poll,
                   std::vector<Matrix<float>> backward, LayerWatch watch)
    : backward_(std::move(backward)) {
  weights_.normalisations = chip.state().normalisations.evaluated();
  for (std::size_t i = 0; i < chip.layers(); ++i) {
    products_.push_back(std::make_unique<Read>(chip, i, images, reads_of(chip.chip(i), stage, round), poll,
                                               backward_.empty() ? nullptr : &backward_[i], watch));
    weights_.products.push_back(products_.back().get());
    weights_.biases.push_back(&chip.state().parameters[i].bias);
  }
}

ChipPass::~ChipPass() = default;

std::vector<Matrix<float>> effective_weights(const ArrayNetwork& chip) {
  std::vector<Matrix<float>> weights;
  for (std::size_t i = 0; i < chip.layers(); ++i) {
    weights.push_back(chip.layer(i).read_back());
    if (const auto& correction = chip.correction(i)) weights.back() = correction->effective(std::move(weights.back()));
  }
  return weights;
}

}  // namespace ohmcarlo
