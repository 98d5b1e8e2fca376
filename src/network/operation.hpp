#pragma once
// An operation: what a node of a network does, described. Its shapes are checked when it is made; values and devices
// are no part of it.

#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>
#include <vector>

#include "network/planes.hpp"

namespace ohmcarlo {

class Stream;
template <class T>
class Kernel;
template <class T>
struct LayerParameters;

/// The weights of an operation: a matrix [outputs, inputs] that a Product multiplies by, and biases [outputs].
struct WeightShape {
  Index outputs = 0;  ///< 0: the operation has no weights
  Index inputs = 0;
  bool biased = true;  ///< an operation without biases keeps zeros for them, whose gradient is always zero
  Index uses = 1;      ///< how often one image or frame is multiplied by the matrix
  /// Groups of as many outputs each, one after the other: every group multiplies inputs of its own by its rows of the
  /// matrix.
  Index groups = 1;
};

class Operation {
 public:
  /// `inputs`: the shape of each input. `output`: the shape that comes out.
  Operation(std::vector<FeatureShape> inputs, FeatureShape output) : inputs_(std::move(inputs)), output_(output) {}
  virtual ~Operation() = default;

  [[nodiscard]] const std::vector<FeatureShape>& inputs() const { return inputs_; }
  [[nodiscard]] const FeatureShape& output() const { return output_; }
  /// The operation's name: "dense", "max_pooling" ...
  [[nodiscard]] virtual std::string_view kind() const = 0;

  // What it learns.

  [[nodiscard]] virtual WeightShape weights() const { return {}; }
  /// Fills parameters of the shape weights() before training, from `stream`. If not overridden: weights N(0, 2 /
  /// weights().inputs), biases 0 (He et al., ICCV 2015, eq. 10).
  virtual void initialise(const Stream& stream, LayerParameters<float>& parameters) const;
  /// The operation as it is with biases. Throws std::logic_error for one that cannot have them.
  [[nodiscard]] virtual std::shared_ptr<const Operation> with_biases() const;
  /// Channels that it normalises, each with a gamma, a beta and running statistics (network/normalisation.hpp); 0:
  /// none.
  [[nodiscard]] virtual Index normalised_channels() const { return 0; }

  // What those who carry it out on hardware need to know.

  /// True if its outputs are the rows of its input times the weights, plus biases, and nothing else.
  [[nodiscard]] virtual bool is_dense() const { return false; }
  /// True if it multiplies by parts of the weights itself where a product is plain: nothing is gained by packing them.
  [[nodiscard]] virtual bool divides_its_matrix() const { return false; }
  /// True if several chips side by side in the columns of its input give what each alone would give.
  [[nodiscard]] virtual bool keeps_chips_apart() const { return false; }
  /// The window that it slides over the planes of its input; none if it slides none.
  [[nodiscard]] virtual std::optional<Window> sliding_window() const { return std::nullopt; }
  /// Numbers that it holds for each row of its input while it works, besides its outputs.
  [[nodiscard]] virtual Index scratch_numbers() const { return 0; }

  // Sequences.

  /// True if it has to be told where sequences begin and end.
  [[nodiscard]] virtual bool takes_sequences() const { return false; }
  /// True if it multiplies by its weights once a time step, by the frames of all sequences that have it.
  [[nodiscard]] virtual bool is_recurrent() const { return false; }
  /// True if it gives one row a sequence where it takes one a frame.
  [[nodiscard]] virtual bool gives_one_row_a_sequence() const { return false; }

  /// True if its outputs are dear to work out: passes that wait for their way back keep them.
  [[nodiscard]] virtual bool is_dear() const { return weights().outputs > 0; }

  /// Those that carry it out, for both types of numbers.
  [[nodiscard]] virtual std::unique_ptr<Kernel<float>> make_kernel(std::type_identity<float>) const = 0;
  [[nodiscard]] virtual std::unique_ptr<Kernel<double>> make_kernel(std::type_identity<double>) const = 0;

 protected:
  Operation(const Operation&) = default;
  Operation& operator=(const Operation&) = default;

 private:
  std::vector<FeatureShape> inputs_;
  FeatureShape output_;
};

/// An operation that KernelOf<T>(const Self&) carries out.
template <class Self, template <class> class KernelOf>
class OperationOf : public Operation {
 public:
  using Operation::Operation;
  [[nodiscard]] std::unique_ptr<Kernel<float>> make_kernel(std::type_identity<float>) const override {
    return std::make_unique<KernelOf<float>>(static_cast<const Self&>(*this));
  }
  [[nodiscard]] std::unique_ptr<Kernel<double>> make_kernel(std::type_identity<double>) const override {
    return std::make_unique<KernelOf<double>>(static_cast<const Self&>(*this));
  }
};

/// The shape of `in` as planes. Throws an Error that names the layer `name` when they are empty.
[[nodiscard]] FeatureShape checked_shape(std::string_view name, const Planes& in);

/// The planes that come out where `window` slides over `in` and gives `channels`. Throws an Error that names the layer
/// `name` when the window is impossible or does not fit.
[[nodiscard]] Planes windowed_planes(std::string_view name, const Planes& in, Index channels, const Window& window);

/// As windowed_planes() for a pooling of every channel, whose padding is at most half the window each way.
[[nodiscard]] Planes pooled_planes(std::string_view name, const Planes& in, const Window& window);

}  // namespace ohmcarlo
