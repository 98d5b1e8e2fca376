#include "exchange/onnx_turn.hpp"

#include <algorithm>

namespace ohmcarlo {

Turn::Turn(const Sizes& sizes, const Sizes& order) {
  for (const Index axis : order) {
    sizes_.push_back(sizes[static_cast<std::size_t>(axis)]);
    places_.push_back(axis);
  }
  join();
}

/// Splits axes so that each axis of `shape` is made of whole ones: those before ends[i], and not before ends[i - 1].
bool Turn::split(const Sizes& shape, std::vector<std::size_t>& ends) {
  std::size_t next = 0;
  for (Index left : shape) {
    while (left > 1) {
      if (next == sizes_.size()) return false;
      Index& size = sizes_[next];
      if (left % size == 0) {
        left /= size;
      } else if (size % left == 0) {
        const Index inner = size / left, place = places_[next];
        size = left;
        for (Index& other : places_) other += other > place ? 1 : 0;
        sizes_.insert(sizes_.begin() + static_cast<std::ptrdiff_t>(next) + 1, inner);
        places_.insert(places_.begin() + static_cast<std::ptrdiff_t>(next) + 1, place + 1);
        left = 1;
      } else {
        return false;
      }
      ++next;
    }
    ends.push_back(next);
  }
  return next == sizes_.size();
}

/// Leaves out axes of size 1, and joins axes that follow each other in the file as they do here.
void Turn::join() {
  const auto erase = [&](std::size_t i) {
    const Index place = places_[i];
    sizes_.erase(sizes_.begin() + static_cast<std::ptrdiff_t>(i));
    places_.erase(places_.begin() + static_cast<std::ptrdiff_t>(i));
    for (Index& other : places_) other -= other > place ? 1 : 0;
  };
  for (std::size_t i = sizes_.size(); i-- > 0;)
    if (sizes_[i] == 1) erase(i);
  for (std::size_t i = sizes_.size(); i-- > 1;)
    if (places_[i] == places_[i - 1] + 1) {
      sizes_[i - 1] *= sizes_[i];
      erase(i);
    }
  if (is_plain()) *this = {};
}

bool Turn::transpose(const Sizes& shape, const Sizes& perm) {
  Turn whole = *this;
  if (is_plain()) {
    whole.sizes_ = shape;
    whole.places_.clear();
    for (Index i = 0; i < std::ssize(shape); ++i) whole.places_.push_back(i);
    std::erase(whole.sizes_, 1);
    whole.places_.resize(whole.sizes_.size());
  }
  std::vector<std::size_t> ends;
  if (!whole.split(shape, ends)) return false;
  Turn turned;
  for (const Index axis : perm) {
    const auto at = static_cast<std::size_t>(axis);
    for (std::size_t i = at == 0 ? 0 : ends[at - 1]; i < ends[at]; ++i) {
      turned.sizes_.push_back(whole.sizes_[i]);
      turned.places_.push_back(whole.places_[i]);
    }
  }
  turned.join();
  *this = turned;
  return true;
}

std::vector<Index> Turn::places(Index count) const {
  std::vector<Index> strides(sizes_.size(), 1);
  for (std::size_t i = 0; i < sizes_.size(); ++i)
    for (std::size_t other = 0; other < sizes_.size(); ++other)
      if (places_[other] > places_[i]) strides[i] *= sizes_[other];
  std::vector<Index> found(static_cast<std::size_t>(count));
  for (Index j = 0; j < count; ++j) {
    Index rest = j, place = is_plain() ? j : 0;
    for (std::size_t i = sizes_.size(); i-- > 0; rest /= sizes_[i]) place += rest % sizes_[i] * strides[i];
    found[static_cast<std::size_t>(j)] = place;
  }
  return found;
}

}  // namespace ohmcarlo
