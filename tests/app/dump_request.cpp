#include "app/dump_request.hpp"

#include <fstream>

#include <gmock/gmock.h>

#include "app/command.hpp"
#include "app/options.hpp"
#include "scratch.hpp"

namespace ohmcarlo {
namespace dump_request_test {

using ::testing::HasSubstr;

/// What the arguments ask for of a chip of `input`.
std::optional<DumpRequest> dump_of(const std::string& input, const Arguments& arguments) {
  boost::program_options::options_description options;
  add_dump_options(options);
  return find_dump(*parse_options("trial", "", arguments, options, nullptr), input);
}

TEST(DumpRequest, GoesBesideTheFileUnlessAPlaceIsGiven) {
  const test::Scratch folder;
  const std::string input = (folder / "R.h5").string();
  EXPECT_FALSE(dump_of(input, {}));
  const auto beside = dump_of(input, {"--dump", "logits"});
  EXPECT_EQ(beside->kind, DumpKind::logits);
  EXPECT_EQ(beside->path, (folder / "R.logits.h5").string());
  const std::string other = (folder / "other.h5").string();
  const auto there = dump_of(input, {"--dump", "conductances", "--to", other});
  EXPECT_EQ(there->kind, DumpKind::conductances);
  EXPECT_EQ(there->path, other);
}

TEST(DumpRequest, WhatWouldBeLostIsRefused) {
  const test::Scratch folder;
  const std::string input = (folder / "R.h5").string(), other = (folder / "other.h5").string();
  for (const std::string& path : {input, other}) std::ofstream(path) << "something";
  const auto refusal = [&](const Arguments& arguments, const std::type_info& type) {
    return test::error_of([&] { (void)dump_of(input, arguments); }, type);
  };
  EXPECT_THAT(refusal({"--dump", "logits", "--to", input, "--overwrite"}, typeid(BadUsage)),
              HasSubstr("is the file that the chip is read from"));
  EXPECT_THAT(refusal({"--dump", "logits", "--to", other}, typeid(UnusableResults)), HasSubstr("exists"));
  EXPECT_EQ(dump_of(input, {"--dump", "logits", "--to", other, "--overwrite"})->path, other);
}

TEST(DumpRequest, APlaceWithoutADumpIsRefused) {
  for (const Arguments& arguments : {Arguments{"--to", "other.h5"}, Arguments{"--overwrite"}})
    EXPECT_THAT(test::error_of([&] { (void)dump_of("R.h5", arguments); }, typeid(BadUsage)),
                HasSubstr(arguments.front() + ": nothing is written"));
}

// Both commands have the options: what they refuse is refused before the file is read.
TEST(DumpRequest, TrialHasItForBothKindsOfFile) {
  const test::Scratch folder;
  const std::string file = (folder / "R.h5").string();
  std::ofstream(file) << "something else";
  for (const Arguments& which : {Arguments{"--trial", "0"}, Arguments{"--rank", "1"}}) {
    Arguments arguments{file, "--dump", "logits", "--to", file};
    arguments.insert(arguments.end(), which.begin(), which.end());
    EXPECT_THAT(test::error_of([&] { (void)trial_command(arguments); }, typeid(BadUsage)),
                HasSubstr("is the file that the chip is read from"));
  }
}

}  // namespace dump_request_test
}  // namespace ohmcarlo
