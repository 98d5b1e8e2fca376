#pragma once
// A sequence whose items are made when they are asked for, so that a million of them take no memory.

#include <cstddef>
#include <functional>
#include <iterator>
#include <utility>

namespace ohmcarlo {

/// Items number 0 to size() - 1, each made by a call of `make`, every time it is asked for.
template <class Item>
class MadeOnDemand {
 public:
  /// Goes through the items in order and makes each anew.
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Item;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = Item;

    Iterator() = default;
    Iterator(const MadeOnDemand* items, std::size_t number) : items_(items), number_(number) {}
    Item operator*() const { return (*items_)[number_]; }
    Iterator& operator++() {
      ++number_;
      return *this;
    }
    Iterator operator++(int) {
      Iterator before = *this;
      ++number_;
      return before;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.number_ == b.number_; }

   private:
    const MadeOnDemand* items_ = nullptr;
    std::size_t number_ = 0;
  };

  MadeOnDemand() = default;
  MadeOnDemand(std::size_t size, std::function<Item(std::size_t)> make) : size_(size), make_(std::move(make)) {}

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] Item operator[](std::size_t number) const { return make_(number); }
  [[nodiscard]] Item front() const { return make_(0); }
  [[nodiscard]] Iterator begin() const { return {this, 0}; }
  [[nodiscard]] Iterator end() const { return {this, size_}; }

 private:
  std::size_t size_ = 0;
  std::function<Item(std::size_t)> make_;
};

}  // namespace ohmcarlo
