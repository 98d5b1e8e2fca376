#pragma once
// Which rows of a layer's inputs belong to which samples of a batch, in every kind of layer.

#include <cstdint>
#include <functional>
#include <vector>

#include "crossbar/array_layer.hpp"
#include "network/graph.hpp"
#include "network/sequence.hpp"

namespace ohmcarlo {

/// The samples of one batch, by their numbers in the data set.
struct NamedSamples {
  std::vector<std::uint32_t> numbers;
  const Sequences* sequences = nullptr;  ///< of samples that are sequences
};

/// Is shown rows [first, first + count) of a layer's inputs, and their names.
using VisitRows = std::function<void(Index first, Index count, const RowNames& names)>;

/// A call of a layer's product in one pass.
struct NamedCall {
  Index number = 0;  ///< from 0 on: a recurrent layer is called once a time step, others once a group
  Index group = 0;   ///< of the layer
};

/// Calls visit for all `rows` rows of the inputs of a call of a layer, padding apart: for all at once, or sequence by
/// sequence. An lstm is called with the sequences that still run.
void visit_named_rows(const NamedSamples& samples, const Node& layer, NamedCall call, Index rows,
                      const VisitRows& visit);

/// Fills y [rows, outputs] with what `read` makes of those rows x [count, inputs] of the inputs of that call, part by
/// part as visit_named_rows has them: y of the part. Padding gives 0.
using ReadRows = std::function<void(Index first, View<const float> x, const RowNames& names, View<float> y)>;
void read_named_rows(const NamedSamples& samples, const Node& layer, NamedCall call, View<const float> x, View<float> y,
                     const ReadRows& read);

}  // namespace ohmcarlo
