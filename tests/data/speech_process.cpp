#include "data/speech_process.hpp"

#include <typeinfo>

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace ohmcarlo::test {
namespace speech_process_test {

TEST(SpeechProcess, WithoutItsProgramItSaysWhatToInstall) {
  try {
    SpeechProcess speech("/nonexistent/ohmcarlo-speech");
    FAIL();
  } catch (const Error& error) {
    EXPECT_TRUE(typeid(error) == typeid(BadUsage));
    EXPECT_NE(std::string(error.what()).find("libespeak-ng-dev"), std::string::npos);
  }
}

}  // namespace speech_process_test
}  // namespace ohmcarlo::test
