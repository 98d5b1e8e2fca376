#pragma once
// A cache of one value: what was asked for last is not made again.

#include <memory>
#include <optional>
#include <utility>

namespace ohmcarlo {

/// Keeps the last value and the key it was made for. Whoever holds the value keeps it beyond that.
template <class Key, class Value>
class LastUsed {
 public:
  /// The value of `key`, by `make`, a function that returns a std::shared_ptr<Value>, unless it is the last one used.
  /// The last one is let go before another is made: it may be large.
  template <class Make>
  std::shared_ptr<Value> find_or_make(const Key& key, Make&& make) {
    if (key_ != key) {
      key_.reset();
      value_.reset();
      value_ = make();
      key_ = key;
    }
    return value_;
  }

  /// The last value that was asked for; null before that.
  [[nodiscard]] std::shared_ptr<Value> last() const { return value_; }

 private:
  std::optional<Key> key_;
  std::shared_ptr<Value> value_;
};

}  // namespace ohmcarlo
