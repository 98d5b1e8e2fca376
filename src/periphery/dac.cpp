#include "periphery/dac.hpp"

#include <algorithm>
#include <cmath>

#include "periphery/nearest_code.hpp"

namespace ohmcarlo {

using enum InputEncoding;

double InputCoding::largest_code() const {
  if (bits == 0) return 1;
  return std::ldexp(1.0, encoding == unsigned_ ? bits : bits - 1) - 1;
}

double InputCoding::lowest_code() const {
  if (bits > 0 && encoding == unsigned_) return 0;
  return bits == 0 || encoding == sign_magnitude ? -largest_code() : -largest_code() - 1;
}

int InputCoding::magnitude_bits() const {
  return encoding == sign_magnitude ? bits - 1 : bits;
}

int InputCoding::reads() const {
  return at_once() ? 1 : (magnitude_bits() + read_bits - 1) / read_bits;
}

double InputCoding::read_weight(int read) const {
  if (at_once()) return 1;
  const double weight = std::ldexp(1.0, read_bits * read);
  return encoding == twos_complement && read == bits - 1 ? -weight : weight;
}

double InputCoding::largest_applied() const {
  if (bits == 0) return 1;
  return std::ldexp(1.0, at_once() ? magnitude_bits() : std::min(read_bits, magnitude_bits())) - 1;
}

bool InputCoding::bipolar() const {
  return encoding == sign_magnitude;
}

double InputCoding::unit() const {
  return full_scale / largest_code();
}

double InputCoding::shift() const {
  return bits > 0 && encoding == offset ? std::ldexp(1.0, bits - 1) : 0;
}

void InputCoding::encode(std::span<const float> x, std::span<float> codes) const {
  if (bits == 0) {
    for (std::size_t i = 0; i < x.size(); ++i) codes[i] = static_cast<float>(x[i] / full_scale);
    return;
  }
  nearest_codes(x, largest_code(), full_scale, {lowest_code(), largest_code(), shift()}, codes.data());
}

void InputCoding::applied(std::span<const float> codes, int read, std::span<float> values) const {
  if (at_once()) {
    std::copy(codes.begin(), codes.end(), values.begin());
    return;
  }
  const int shift = read * read_bits;
  const std::int32_t mask = (1 << read_bits) - 1;
  if (encoding == sign_magnitude)
    for (std::size_t i = 0; i < codes.size(); ++i) {
      const auto code = static_cast<std::int32_t>(codes[i]);
      const std::int32_t sign = code >> 31;  // -1 of what is negative: (n ^ -1) + 1 is -n
      const std::int32_t digit = (((code ^ sign) - sign) >> shift) & mask;
      values[i] = static_cast<float>((digit ^ sign) - sign);
    }
  else
    // Right shifts of negative numbers keep the sign: these are the bits of the two's complement.
    for (std::size_t i = 0; i < codes.size(); ++i)
      values[i] = static_cast<float>((static_cast<std::int32_t>(codes[i]) >> shift) & mask);
}

}  // namespace ohmcarlo
