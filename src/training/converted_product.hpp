#pragma once
// A layer on arrays of cells without errors whose converters take part in training: forwards as the arrays compute it,
// backwards through every conversion.

#include <vector>

#include "crossbar/array_layer.hpp"
#include "network/product.hpp"
#include "training/options.hpp"

namespace ohmcarlo {

/// How the converters of a layer convert in training.
enum class ConversionForm : std::uint8_t {
  ideal,    ///< not at all: inputs as they are, sums exact
  rounded,  ///< to the nearest code, as on chips; derivatives pass straight through (periphery/ste.hpp)
  relaxed,  ///< to a mixture of the levels near the sum (periphery/concrete.hpp)
};

/// y = x W^T through the arrays, for one batch of images and its way back.
///
/// With G_j the derivative of the loss by output j in units of a weight code times an input code, gate the derivative
/// of a converted sum by the sum, on the line on which the cell of a weight sits (of a weight of code 0 the mean of
/// both lines; of slices their mean, weighted as the slices are), B reads of weight 2^b and x_b the digit of read b:
///
///   dL/dW_ji = sum over b of 2^b x_b,i G_j gate_b,j
///   dL/dx_i  = sum over b of 2^b / (2^B - 1) sum over j of W_ji G_j gate_b,j, 0 for inputs beyond their full scale
///
/// both row tile by row tile; what g_min conducts adds W0 G_j (gate+_b,j - gate-_b,j) to each W_ji G_j gate_b,j. Open
/// gates (all 1) give those of the plain product.
class ConvertedProduct final : public Product<float> {
 public:
  /// `options`: of this layer, with single-ended converters or none, and pairs of which one side stays off. `weights`
  /// [outputs, inputs]. `scale`: its converters'. `chip`: whose noise and draws; each image of a batch has those of its
  /// place in `images`. With `with_way_back`, apply() keeps what backward() needs: 8 bytes a conversion. `groups`: of
  /// the layer's outputs.
  ConvertedProduct(const ArrayOptions& options, const ConverterOptions& training, ConversionForm form,
                   View<const float> weights, TrainedScale scale, const ChipKey& chip,
                   std::span<const std::uint32_t> images, bool with_way_back, Index groups = 1);

  void apply(View<const float> x, View<float> y, Index group = 0) const override;
  [[nodiscard]] View<const float> backward_weights() const override;
  [[nodiscard]] bool has_own_backward() const override { return form_ != ConversionForm::ideal; }
  /// Of the batch that was applied last to this group.
  void backward(View<const float> x, View<const float> grad_y, View<float> grad_x, View<float> grad_weights,
                Index group = 0) const override;

  /// The derivative of the loss by the logarithm of the scale of the converters, of all batches so far.
  [[nodiscard]] double scale_gradient() const { return scale_gradient_; }

 private:
  struct BackwardBlock;
  /// What apply() keeps of a group's batch.
  struct Applied {
    Index rows = 0;
    Matrix<float> gates = {},
                  slopes = {};  ///< [row tiles * reads * rows, width]: of a converted sum by the sum, and by a
    Matrix<float> active = {};  ///< [row tiles * reads, rows]: word lines that are on
  };

  /// Row of the gates and slopes of a group with so many rows.
  [[nodiscard]] Index place(const Applied& of, Index row_tile, int read, Index row) const {
    return (row_tile * scales_.coding.reads() + read) * of.rows + row;
  }
  [[nodiscard]] double code_in_sums() const { return scales_.quantisers.front().lsb(); }
  void count_active(View<const float> x, Applied& of) const;
  void relax(Index row, Index row_tile, int read, std::span<float> sums, const RowNames& names, Applied& of) const;
  void fill_scales(Index row, Index row_tile, int read, std::span<const float> sums, const Applied& of,
                   std::span<float> scales) const;
  void fill_digits(BackwardBlock& block, View<const float> x) const;
  void fill_lines(BackwardBlock& block, Index first, Index row_tile, View<const float> grad_y, bool with_means,
                  Applied& of) const;

  ConverterOptions training_;
  ConversionForm form_;
  ArrayLayer layer_;
  LayerScales scales_;
  ChipKey chip_;
  std::vector<std::uint32_t> images_;
  bool with_way_back_;
  mutable std::vector<Applied> applied_;  ///< one a group
  mutable Matrix<float> stored_;          ///< the weights as codes times their unit
  mutable std::vector<float> made_, scale_of_sum_;
  mutable double scale_gradient_ = 0;
};

}  // namespace ohmcarlo
