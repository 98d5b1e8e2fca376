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

/// Calls visit for all `rows` rows of the inputs of call number `call` of a layer in one pass, padding apart: for all
/// at once, or sequence by sequence. An lstm is called once a time step with the sequences that still run.
void visit_named_rows(const NamedSamples& samples, const Node& layer, Index call, Index rows, const VisitRows& visit);

}  // namespace ohmcarlo
