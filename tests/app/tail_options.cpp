#include "app/tail_options.hpp"

#include <gmock/gmock.h>

#include "scratch.hpp"

namespace ohmcarlo {
namespace tail_options_test {

using ::testing::HasSubstr;

std::string refused_tail(Arguments more) {
  more.insert(more.begin(), "a.toml");
  return test::error_of([&] { (void)parse_tail_options(more); }, typeid(BadUsage));
}

TEST(TailRequest, AreThoseOfTheCommandLine) {
  const auto options =
      parse_tail_options({"a.toml", "--below", "0.6", "--point", "sigma=0.2", "--point", "method=plain", "--out",
                          "T.h5", "--chips", "1000", "--runs", "12", "--resume", "--device", "cuda:1"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->below, 0.6);
  EXPECT_FALSE(options->quantile);
  EXPECT_EQ(options->selectors.size(), 2U);
  EXPECT_EQ(options->chips, 1000U);
  EXPECT_EQ(options->runs, 12U);
  EXPECT_EQ(options->if_exists, IfExists::resume);
  EXPECT_EQ(options->device.type, "cuda");
  EXPECT_EQ(options->device.number, 1);
  EXPECT_EQ(parse_tail_options({"a.toml", "--below", "0.6", "--out", "T.h5"})->device.type, "cpu");
}

TEST(TailRequest, BoundsOfTheAdversaryAreInOrder) {
  const auto options = parse_tail_options({"a.toml", "--below", "0.6", "--out", "T.h5", "--adversary", "2,0.5,1,2"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->bounds, (std::vector<double>{0.5, 1, 2}));
  for (const std::string bounds : {"", "0", "-1", "1,", "1,,2", "x", "1 2", "101", "nan"})
    EXPECT_THAT(refused_tail({"--out", "T.h5", "--below", "0.5", "--adversary", bounds}), HasSubstr("--adversary"))
        << bounds;
}

TEST(TailRequest, WhatMakesNoSenseIsRefusedInALine) {
  EXPECT_THAT(refused_tail({"--out", "T.h5"}), HasSubstr("missing or twofold"));
  EXPECT_THAT(refused_tail({"--out", "T.h5", "--below", "0.5", "--quantile", "0.01"}), HasSubstr("missing or twofold"));
  EXPECT_THAT(refused_tail({"--below", "0.5"}), HasSubstr("--out is missing"));
  EXPECT_THAT(refused_tail({"--out", "T.h5", "--below", "1.5"}), HasSubstr("--below 1.5"));
  EXPECT_THAT(refused_tail({"--out", "T.h5", "--below", "nan"}), HasSubstr("--below nan"));
  EXPECT_THAT(refused_tail({"--out", "T.h5", "--quantile", "0.5"}), HasSubstr("--quantile 0.5"));
  EXPECT_THAT(refused_tail({"--out", "T.h5", "--below", "0.5", "--chips", "99"}), HasSubstr("have to be ten"));
  EXPECT_THAT(refused_tail({"--out", "T.h5", "--below", "0.5", "--runs", "7"}), HasSubstr("--runs 7"));
  EXPECT_THAT(refused_tail({"--out", "T.h5", "--below", "0.5", "--resume", "--overwrite"}), HasSubstr("exclude"));
}

}  // namespace tail_options_test
}  // namespace ohmcarlo
