// Training with side heads under noise ("IRS" of Qin et al., CODES+ISSS 2024): one pass through the backbone and its
// heads, all with weight noise; the loss is that of their joint logits (training/side_heads.hpp) over heads + 1.

#include "training/methods/noise_injection.hpp"
#include "training/side_heads.hpp"

namespace ohmcarlo {
namespace {

class Irs final : public Method {
 public:
  /// `network`: with the heads.
  Irs(const Network<float>& network, const TrainingOptions& options, TrainingStream stream)
      : options_(options.irs), passes_(network, of_all_heads(options), stream) {}

  double gradient(View<const float> x, const Targets& targets, NetworkState<float>& state, std::uint64_t step,
                  NetworkGradient<float>& gradient) override {
    return passes_.gradient(x, targets, state, step, gradient);
  }
  [[nodiscard]] std::vector<Parameters<float>> chips_to_validate(const Parameters<float>& parameters) const override {
    return passes_.chips_to_validate(without_side_heads(options_, parameters));
  }

 private:
  static TrainingOptions of_all_heads(TrainingOptions options) {
    options.logit_scale = static_cast<double>(options.irs.heads.size() + 1);
    return options;
  }

  IrsOptions options_;
  NoiseInjection passes_;
};

NetworkSpec with_heads(const NetworkSpec& chips, const TrainingOptions& options) {
  return with_side_heads(chips, options.irs);
}

}  // namespace

namespace methods {
extern const MethodEntry irs;
const MethodEntry irs{.word = "irs",
                      .make = &make_method_of<Irs>,
                      .extend = &with_heads,
                      .validates_on_noisy_chips = true,
                      .images_only = true};
}  // namespace methods

}  // namespace ohmcarlo
