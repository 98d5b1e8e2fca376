#pragma once
// Builds a network layer after layer, as texts describe it.

#include <map>
#include <string>

#include "network/graph.hpp"

namespace ohmcarlo {

class NetworkBuilder {
 public:
  /// A network without layers yet, for images of the shape `input`; `width` scales what scaled_count() is asked for.
  NetworkBuilder(Planes input, Index classes, double width);

  /// Adds what one text of network/architecture.hpp describes. Throws an Error that repeats the text.
  void add_text(const std::string& text);

  /// The planes that the next layer takes; features without planes as channels of one cell.
  [[nodiscard]] const Planes& planes() const { return planes_; }
  [[nodiscard]] Index classes() const { return spec_.classes; }
  [[nodiscard]] const NetworkSpec& spec() const { return spec_; }
  /// `count` times the width, to the nearest whole number of at least 1.
  [[nodiscard]] Index scaled_count(Index count) const;
  /// The next name of this kind: conv1, conv2 ...; within a block block1.conv1 ...
  [[nodiscard]] std::string next_name(const std::string& kind);
  /// Names begin with `block` and a dot from now on; with nothing if it is empty.
  void enter_block(const std::string& block) { prefix_ = block.empty() ? "" : block + "."; }

  /// Adds a layer that takes the outputs of the one before it, unless its inputs are given. Returns its number.
  std::size_t add(Node layer);

  /// The network. Throws an Error unless its last layer gives as many features as there are classes.
  [[nodiscard]] NetworkSpec finish();

 private:
  NetworkSpec spec_;
  Planes planes_;
  double width_;
  std::string prefix_;
  std::map<std::string, int> counts_;
};

}  // namespace ohmcarlo
