#include "app/metric_page.hpp"

#include <fstream>
#include <sstream>

#include <gmock/gmock.h>

#include "app/command.hpp"
#include "captured.hpp"

namespace ohmcarlo {
namespace metric_page_test {

using ::testing::HasSubstr;

TEST(MetricPage, IsTheOneThatIsCommitted) {
  std::ifstream file(OHMCARLO_SOURCE_DIR "/src/trial/METRICS.md", std::ios::binary);
  std::stringstream page;
  page << file.rdbuf();
  EXPECT_EQ(page.str(), metrics_as_markdown()) << "renew it: ohmcarlo check --metrics > src/trial/METRICS.md";
}

TEST(MetricPage, SaysUnitMeaningAndWhen) {
  const std::string page = metrics_as_markdown();
  EXPECT_THAT(page, HasSubstr("| `accuracy` |  | 1 | "));
  EXPECT_THAT(page, HasSubstr("| `confusion` | class, answer | "));
  EXPECT_THAT(page, HasSubstr("| `utilisation` |  | 1 | share of the clock cycles of an inference in which an "
                              "analog-to-digital converter of the accelerator converts | `[accelerator]`; network |"));
  EXPECT_THAT(page, HasSubstr("| `saturation` | layer | "));
}

TEST(MetricPage, IsPrintedByCheck) {
  EXPECT_EQ(test::printed_by([] { EXPECT_EQ(check_command({"--metrics"}), 0); }), metrics_as_markdown());
}

}  // namespace metric_page_test
}  // namespace ohmcarlo
