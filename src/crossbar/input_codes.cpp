#include "crossbar/input_codes.hpp"

#include <cstdint>

#include "base/error.hpp"

namespace ohmcarlo {
namespace {

std::span<const float> flattened(const Matrix<float>& matrix) {
  return {matrix.data(), static_cast<std::size_t>(matrix.size())};
}

}  // namespace

InputCodes::InputCodes(const InputCoding& coding, Index rows, Index inputs)
    : coding_(coding), codes_(rows, inputs), digits_(rows, inputs) {}

void InputCodes::encode(View<const float> x) {
  require(x.rows <= rows() && x.cols == codes_.cols(), "a batch of inputs fits its codes");
  count_ = x.rows;
  codes_.bottomRows(rows() - count_).setZero();
  const auto inputs = static_cast<std::size_t>(x.cols);
  for (Index r = 0; r < count_; ++r) coding_.encode({x.row(r), inputs}, {codes_.row(r).data(), inputs});
}

const Matrix<float>& InputCodes::apply_digits(int read) {
  coding_.applied(flattened(codes_), read, {digits_.data(), static_cast<std::size_t>(digits_.size())});
  return digits_;
}

void InputCodes::apply_digits(Index row, int read, Index first, std::span<float> digits) const {
  coding_.applied({codes_.row(row).data() + first, digits.size()}, read, digits);
}

BitPlanes InputCodes::bit_planes(Index first, Index count) const {
  const auto part = codes_.block(0, first, count_, count);
  if (coding_.encoding == InputEncoding::sign_magnitude) {
    const Matrix<std::int16_t> whole = part.cast<std::int16_t>();
    return BitPlanes(View<const std::int16_t>(whole), coding_.bits - 1);
  }
  const int mask = (1 << coding_.bits) - 1;  // of a two's complement
  const Matrix<std::uint16_t> whole =
      part.unaryExpr([mask](float code) { return static_cast<std::uint16_t>(static_cast<int>(code) & mask); });
  return BitPlanes(View<const std::uint16_t>(whole), coding_.bits);
}

BitPlanes InputCodes::magnitude_planes(Index first, Index count, int bits) const {
  const Matrix<std::uint16_t> magnitudes = codes_.block(0, first, count_, count).cwiseAbs().cast<std::uint16_t>();
  return BitPlanes(View<const std::uint16_t>(magnitudes), bits);
}

}  // namespace ohmcarlo
