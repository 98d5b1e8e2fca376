#pragma once
// The Box-Muller transform (Box and Muller, Ann. Math. Statist. 29, 1958) in single precision: constants shared by the
// scalar reference (reference.cpp, where each step reads plainly) and the vector kernels (box_muller-inl.hpp). Only
// additions, products, fused multiply-adds, square roots and integer operations are used, all of which IEEE 754 defines
// to the last bit, in the order given here: so both give the same bits on every processor. For the use of random/ only.
//
// Radius, from a word w with u = (w + 0.5) 2^-32: r = sqrt(-2 ln u).
//   u < 1/2:  u = m 2^-k with m in [1/2, 1), g = 1 - m (exact), -2 ln u = 2k ln 2 + g Q(g);
//   u >= 1/2: g = 1 - u, formed from the complement of w so that it never rounds to 0, k = 0.
// Both terms are positive and g lies in (0, 1/2], so nothing cancels. Q(g) = -2 ln(1 - g) / g.
//
// Angle, from a word w: 2 pi (w + 0.5) 2^-32 = q pi/2 + t pi/2 with t in (-1/2, 1/2), split in integers.
//   sin(t pi/2) = t S(t^2), cos(t pi/2) = 1 + t^2 C(t^2).
//
// Q, S, C are minimax polynomials (Remez exchange in 50 digits, coefficients rounded to float one after the other, the
// rest fitted again). Relative errors: Q 2^-27.9, sin 2^-25.1 (the rounding of pi/2), cos 2^-31.

#include <array>

namespace ohmcarlo {

/// Ascending powers. Evaluated by Estrin's scheme: neighbours first, c0 + c1 x, then those in powers of x^2, and so on.
constexpr std::array<float, 10> kLogQ = {
    2.0F,           0x1.00001ep+0F,  0x1.5542f6p-1F, 0x1.01e9dap-1F,  0x1.6830eap-2F,
    0x1.5c3ad8p-1F, -0x1.2f3ddep+0F, 0x1.f88efcp+1F, -0x1.3cfc58p+2F, 0x1.be5234p+1F};
constexpr std::array<float, 4> kSinS = {0x1.921fb6p+0F, -0x1.4abc24p-1F, 0x1.4680a4p-4F, -0x1.33198ep-8F};
constexpr std::array<float, 4> kCosC = {-0x1.3bd3ccp+0F, 0x1.03c1b0p-2F, -0x1.55b2b6p-6F, 0x1.d4f7eep-11F};

constexpr float kTwoLn2 = 0x1.62e430p+0F;  // relative error 3e-9
constexpr float kScale = 0x1p-32F;
constexpr float kLargestUniform = 1.0F - 0x1p-24F;

}  // namespace ohmcarlo
