// Ordinary training with a penalty on the kurtosis of every layer's weights; the loss it reports includes the penalty.

#include "training/kurtosis.hpp"

#include "training/methods/plain.hpp"

namespace ohmcarlo {
namespace {

class KurtosisRegularised final : public Method {
 public:
  KurtosisRegularised(const Network<float>& network, const TrainingOptions& options, TrainingStream stream)
      : plain_(network, options, stream), method_(options.method), options_(options.kurtosis) {}

  double gradient(View<const float> x, const Targets& targets, NetworkState<float>& state, std::uint64_t step,
                  NetworkGradient<float>& gradient) override {
    const double loss = plain_.gradient(x, targets, state, step, gradient);
    return loss + add_kurtosis_penalty(method_, options_, state.parameters, gradient.parameters);
  }
  [[nodiscard]] std::vector<Parameters<float>> chips_to_validate(const Parameters<float>& parameters) const override {
    return plain_.chips_to_validate(parameters);
  }

 private:
  Plain plain_;
  MethodKind method_;
  KurtosisOptions options_;
};

}  // namespace

namespace methods {
extern const MethodEntry kurtosis, kure;
const MethodEntry kurtosis{.word = "kurtosis", .make = &make_method_of<KurtosisRegularised>};
const MethodEntry kure{.word = "kure", .make = &make_method_of<KurtosisRegularised>};
}  // namespace methods

}  // namespace ohmcarlo
