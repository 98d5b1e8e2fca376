#include "app/accelerator_text.hpp"

#include <gmock/gmock.h>

#include "accelerator/worked_example.hpp"

namespace ohmcarlo {
namespace accelerator_text_test {

using ::testing::HasSubstr;
using ::testing::Not;

AcceleratorOptions with_32nm() {
  AcceleratorOptions options;
  options.components = component_tables()[0].table;
  return options;
}

TEST(AcceleratorText, SaysWhatTheWorkedExampleTakes) {
  const std::string text = describe_accelerator(with_32nm(), speech_arrays(), speech_network());
  EXPECT_THAT(text, HasSubstr("4 converters an array, cycles of 0.78125 ns, reads of 100 ns; one frame\n"));
  EXPECT_THAT(text, HasSubstr("lstm1              4      7        956 "));
  EXPECT_THAT(text, HasSubstr("dense1             1      7        919 "));
  EXPECT_THAT(text, HasSubstr("in all             5      -       1875 "));
  EXPECT_THAT(text, HasSubstr("each further frame takes 956 cycles\n"));
  EXPECT_THAT(text, HasSubstr("pJ by component: adc 6267, dac 2179, "));  // 7 (512 + 61) 1.5625; 7 (4 167 + 128) .391
  EXPECT_THAT(text, HasSubstr("in operations on 16 bits; "));
  EXPECT_THAT(text, Not(HasSubstr("calibration")));
}

TEST(AcceleratorText, SaysWhereCalibrationDecides) {
  ArrayOptions arrays = speech_arrays();
  arrays.dac.coding.encoding = InputEncoding::automatic;
  arrays.format.weight_bits = 0;
  const std::string text = describe_accelerator(with_32nm(), arrays, speech_network());
  EXPECT_THAT(text, HasSubstr("calibration may find one, and one read fewer\n"));
  EXPECT_THAT(text, Not(HasSubstr("16 bits")));
}

TEST(AcceleratorText, OfImagesSpeaksOfOne) {
  const NetworkSpec network = chain_of({dense("dense1", 20, 10)}, 20, 10);
  const std::string text = describe_accelerator(with_32nm(), speech_arrays(), network);
  EXPECT_THAT(text, HasSubstr("; one image\n"));
  EXPECT_THAT(text, Not(HasSubstr("frame")));
}

}  // namespace accelerator_text_test
}  // namespace ohmcarlo
