#include "trial/last_used.hpp"

#include <string>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace last_used_test {

TEST(LastUsed, MakesAValueOnceUntilAnotherIsAskedFor) {
  LastUsed<int, const std::string> cache;
  int made = 0;
  const auto get = [&](int key) {
    return *cache.find_or_make(key, [&] {
      ++made;
      return std::make_shared<const std::string>(std::to_string(key));
    });
  };
  EXPECT_EQ(get(1), "1");
  EXPECT_EQ(get(1), "1");
  EXPECT_EQ(made, 1);
  EXPECT_EQ(get(2), "2");
  EXPECT_EQ(get(1), "1");
  EXPECT_EQ(made, 3);
}

TEST(LastUsed, LetsTheOldValueGoBeforeANewOneIsMade) {
  LastUsed<int, int> cache;
  const std::weak_ptr<int> first = cache.find_or_make(1, [] { return std::make_shared<int>(1); });
  EXPECT_FALSE(first.expired());
  (void)cache.find_or_make(2, [&] {
    EXPECT_TRUE(first.expired());
    return std::make_shared<int>(2);
  });
}

TEST(LastUsed, WhoeverHoldsAValueKeepsIt) {
  LastUsed<int, int> cache;
  const std::shared_ptr<int> held = cache.find_or_make(1, [] { return std::make_shared<int>(5); });
  (void)cache.find_or_make(2, [] { return std::make_shared<int>(6); });
  EXPECT_EQ(*held, 5);
}

TEST(LastUsed, NothingIsAValueToo) {
  LastUsed<int, int> cache;
  int made = 0;
  const auto nothing = [&] {
    ++made;
    return std::shared_ptr<int>();
  };
  EXPECT_EQ(cache.find_or_make(1, nothing), nullptr);
  EXPECT_EQ(cache.find_or_make(1, nothing), nullptr);
  EXPECT_EQ(made, 1);
}

TEST(LastUsed, WhatCouldNotBeMadeIsMadeAnew) {
  LastUsed<int, int> cache;
  EXPECT_THROW((void)cache.find_or_make(1, []() -> std::shared_ptr<int> { throw std::runtime_error("no"); }),
               std::runtime_error);
  EXPECT_EQ(*cache.find_or_make(1, [] { return std::make_shared<int>(7); }), 7);
}

}  // namespace last_used_test
}  // namespace ohmcarlo
