#include "simulator/simulate.hpp"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "base/error.hpp"
#include "network/operations.hpp"
#include "simulator/walks.hpp"

namespace ohmcarlo {
namespace {

/// Why the graph of a network cannot be walked through frame by frame; empty if it can.
std::string why_not_walked(const NetworkSpec& network) {
  if (!network.takes_sequences() && !network.is_recurrent()) return "";
  bool before_weights = true;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const Node& node = network.layers[i];
    before_weights = before_weights && !node.has_weights();
    if (node.inputs.size() != 1 || node.inputs.front() != (i == 0 ? kNetworkInput : i - 1) ||
        node.operation->weights().uses > 1 || only_goes_forward(node) ||
        (before_weights && node.operation->gives_one_row_a_sequence()))
      return fmt::format(
          "'network.layers': frames go through layers one after the other, and '{}' does not fit in "
          "(allowed: a chain of lstm and dense layers)",
          node.name);
  }
  return "";
}

}  // namespace

std::string why_not_simulated(const NetworkSpec& network, const ArrayOptions& arrays) {
  const InputCoding& coding = arrays.dac.coding;
  const bool cells = !arrays.read_noise.zero() && arrays.read_form == ReadForm::cells;
  if (arrays.adc.bits == 0) return "'hardware.adc.bits': its modules convert every sum (allowed: 1 to 24)";
  if (coding.bits == 0) return "'hardware.dac.bits': its modules apply inputs bit by bit (allowed: 1 to 16)";
  if (coding.read_bits != 1)
    return "'hardware.dac.serial': its modules apply inputs bit by bit (allowed: true; hardware.dac.read_bits = 1)";
  if (!arrays.ideal_layers.empty())
    return "'hardware.ideal_layers': its modules convert the sums of every layer (allowed: without)";
  if (!arrays.wires.ideal()) return "'hardware.wires': its arrays have ideal wires (allowed: without)";
  if (arrays.redrawn())
    return "'hardware.defects.lifetime': its cells do not vary from read to read (allowed: \"program\")";
  if (cells)
    return "'hardware.read_noise': its noise is drawn for columns, not for cells (allowed: without; or noise that "
           "columns can have: see ohmcarlo check)";
  return why_not_walked(network);
}

SimulatedRun simulate(const ArrayNetwork& network, const SimulationOptions& options,
                      std::span<const std::uint32_t> images, const Poll& poll) {
  const NetworkSpec& spec = network.network().spec();
  if (const std::string why = why_not_simulated(spec, network.layer(0).options()); !why.empty())
    fail_usage("simulate: {}", why);
  for (std::size_t i = 0; i < network.layers(); ++i)
    require(!network.correction(i), "outputs are not corrected in a simulation");
  SystemcSession session(network, options);
  const bool sequences = network.test().data().is_sequences();
  const std::unique_ptr<Walk> walk = sequences ? std::unique_ptr<Walk>(std::make_unique<SequenceWalk>(network, session))
                                               : std::make_unique<ImageWalk>(network, session);
  const std::size_t together = sequences ? static_cast<std::size_t>(options.accelerator.interleave) : 1;
  SimulatedRun run;
  run.logits = blank_logits(network.test().data(), images);
  Index row = 0;
  Batch batch;
  for (std::size_t first = 0; first < images.size(); first += together) {
    poll();
    const auto part = images.subspan(first, std::min(together, images.size() - first));
    network.test().fill_batch(part, batch);
    row = fill_logits(walk->run(batch, part, poll), batch.targets(), row, run.logits);
    run.inferences.push_back(walk->cycles());
    run.cycles += walk->cycles();
  }
  run.layers = walk->layers();
  run.modules = session.modules();
  return run;
}

}  // namespace ohmcarlo
