#include "schedule/failure.hpp"

#include <stdexcept>
#include <typeinfo>

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace ohmcarlo {
namespace failure_test {

/// Raised again from the two members alone, as after a way through bytes.
template <class Type>
void expect_same_after_the_way(const Type& thrown) {
  const Failure sent = failure_of(thrown);
  const Failure arrived{sent.type, sent.message};
  try {
    arrived.raise();
  } catch (const std::exception& error) {
    EXPECT_TRUE(typeid(error) == typeid(Type)) << typeid(error).name() << " instead of " << typeid(Type).name();
    EXPECT_STREQ(error.what(), thrown.what());
  }
}

TEST(Failure, EveryErrorArrivesAsWhatItWas) {
  expect_same_after_the_way(BadUsage("a.toml:3: no such key"));
  expect_same_after_the_way(BadData("images.gz: cut short"));
  expect_same_after_the_way(UnusableResults("R.h5: disk full"));
  expect_same_after_the_way(Resumable("R.h5: stopped"));
  expect_same_after_the_way(TaskFailure("weights are not finite"));
}

TEST(Failure, OtherExceptionsArriveAsFailuresOfTasks) {
  EXPECT_THROW(failure_of(std::runtime_error("weights are not finite")).raise(), TaskFailure);
  EXPECT_THROW(failure_of(std::logic_error("internal error")).raise(), TaskFailure);
  EXPECT_THROW(failure_of(std::bad_alloc()).raise(), TaskFailure);
}

}  // namespace failure_test
}  // namespace ohmcarlo
