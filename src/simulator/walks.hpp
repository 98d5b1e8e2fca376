#pragma once
// How test images and sequences go through the machines of a network.

#include <span>
#include <vector>

#include "chip/named_samples.hpp"
#include "simulator/systemc_session.hpp"

namespace ohmcarlo {

/// Takes images or sequences through a network whose weight layers are the machines of a session. What lies between
/// weight layers (biases, activations, pooling) are the network's own functions and takes no time.
class Walk {
 public:
  /// Network and session must outlive this.
  Walk(const ArrayNetwork& network, SystemcSession& session);
  Walk(const Walk&) = delete;
  Walk& operator=(const Walk&) = delete;
  virtual ~Walk() = default;

  /// Logits of a batch, all its samples being one inference; `numbers` are theirs in the data set. Adds to layers().
  [[nodiscard]] virtual View<const float> run(const Batch& batch, std::span<const std::uint32_t> numbers,
                                              const Poll& poll) = 0;
  /// Cycles of the inference that was run last.
  [[nodiscard]] Index cycles() const { return cycles_; }
  [[nodiscard]] const std::vector<LayerActivity>& layers() const { return layers_; }

 protected:
  const ArrayNetwork& network_;
  SystemcSession& session_;
  std::vector<Node> specs_;  ///< of the weight layers
  std::vector<LayerActivity> layers_;
  Index cycles_ = 0;
};

/// Images: one weight layer after the other.
class ImageWalk final : public Walk {
 public:
  using Walk::Walk;
  [[nodiscard]] View<const float> run(const Batch& batch, std::span<const std::uint32_t> numbers,
                                      const Poll& poll) override;

 private:
  /// The inputs of the groups of a layer, which its machine takes together, and where their outputs go.
  struct Collected {
    Matrix<float> x;  ///< [rows, groups * inputs]
    std::vector<View<float>> y;
  };
  /// y [rows, outputs] = x [rows, inputs] times the weights of layer `i`, as its machine computes it, of all groups of
  /// the layer once the last one is there.
  void run_layer(std::size_t i, const NamedSamples& samples, NamedCall call, View<const float> x, View<float> y);

  Collected collected_;
  Activations<float> activations_;
};

/// Sequences, one in each lane: frame by frame, every weight layer beginning with a frame when the one before it has
/// given it. For networks in which every node takes the outputs of the one before.
class SequenceWalk final : public Walk {
 public:
  SequenceWalk(const ArrayNetwork& network, SystemcSession& session);
  [[nodiscard]] View<const float> run(const Batch& batch, std::span<const std::uint32_t> numbers,
                                      const Poll& poll) override;

 private:
  /// What a weight layer gives for a frame goes through the nodes behind it to the next weight layer.
  void pass_on(std::size_t i, VectorName vector, std::span<const float> values);
  [[nodiscard]] PassWeights<float> glue(const Sequences& sequences) const;

  std::vector<std::size_t> places_;          ///< of the weight layers among the nodes, and behind the last node
  std::vector<Activations<float>> between_;  ///< of one frame, behind each weight layer
  Sequences one_frame_;
  const Batch* batch_ = nullptr;
  const Poll* poll_ = nullptr;
  std::vector<Index> started_;  ///< of each weight layer: cycle of its first vector; -1: none yet
  Matrix<float> logits_;
};

}  // namespace ohmcarlo
