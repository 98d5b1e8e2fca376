#include "app/sheet.hpp"

#include <limits>

#include <gtest/gtest.h>

#include "scratch.hpp"

namespace ohmcarlo {
namespace sheet_test {

const Sheet kSheet{{"name", "number", "count", "truth"},
                   {{std::string("[4, 8]"), 0.1, std::int64_t{3}, true},
                    {std::string("plain"), std::numeric_limits<double>::quiet_NaN(), std::int64_t{0}, false}}};

TEST(Sheet, AsCsvQuotesWhatHasCommas) {
  EXPECT_EQ(to_csv(kSheet), "name,number,count,truth\n\"[4, 8]\",0.1,3,true\nplain,nan,0,false\n");
}

TEST(Sheet, AsJsonHasNullForWhatIsNoNumber) {
  Results results;
  results.name = "a \"b\"";
  results.hash = "00ff";
  EXPECT_EQ(to_json(results, {{"metric", std::string("loss")}}, "points", kSheet),
            "{\n  \"experiment\": \"a \\\"b\\\"\",\n  \"hash\": \"00ff\",\n  \"status\": \"running\",\n"
            "  \"metric\": \"loss\",\n  \"points\": [\n"
            "    {\"name\": \"[4, 8]\", \"number\": 0.1, \"count\": 3, \"truth\": true},\n"
            "    {\"name\": \"plain\", \"number\": null, \"count\": 0, \"truth\": false}\n  ]\n}\n");
}

TEST(Sheet, ColumnsAreAlignedToTheRight) {
  EXPECT_EQ(align_columns({{"a", "long"}, {"1234", "5"}, {"", ""}}), "   a  long\n1234     5\n\n");
}

TEST(Sheet, AFormatIsOneOfThree) {
  EXPECT_EQ(parse_format("json"), TableFormat::json);
  EXPECT_EQ(test::error_of([] { (void)parse_format("xml"); }, typeid(BadUsage)),
            "--format xml: unknown (allowed: table, csv, json)");
}

TEST(Sheet, ShortKeysAreLastParts) {
  EXPECT_EQ(last_part("hardware.variation.sigma"), "sigma");
  EXPECT_EQ(last_part("sigma"), "sigma");
}

}  // namespace sheet_test
}  // namespace ohmcarlo
