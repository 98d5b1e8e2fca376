#pragma once
// How the read noise of a cell depends on its conductance.

namespace ohmcarlo {

/// sd of a cell's noise at one read, in steps, of a cell at `steps`: |c0 + c1 steps + c2 steps^2|. Noise relative to
/// full scale has c0 alone, noise proportional to the conductance c0 and c1, a fitted polynomial all three.
struct SdLaw {
  float c0 = 0, c1 = 0, c2 = 0;

  [[nodiscard]] float operator()(float steps) const { return (c2 * steps + c1) * steps + c0; }
  [[nodiscard]] bool zero() const { return c0 == 0 && c1 == 0 && c2 == 0; }
};

}  // namespace ohmcarlo
