// Damaged results files, and those that were changed on purpose.

#include <algorithm>
#include <random>

#include <gmock/gmock.h>

#include "scratch.hpp"
#include "storage/checksum.hpp"
#include "storage/results_file.hpp"
#include "storage/some_results.hpp"

namespace ohmcarlo::test {
namespace results_file_damage_test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A copy with random bytes, or a block of zeros, in random places.
std::string damaged_copy(const std::string& whole, std::mt19937& random) {
  std::string damaged = whole;
  const auto below = [&](std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
  };
  if (below(2) == 0) {
    const std::size_t size = std::size_t{1} << below(14);
    const std::size_t first = below(whole.size());
    for (std::size_t i = first; i < std::min(first + size, whole.size()); ++i) damaged[i] = 0;
  } else {
    for (std::size_t count = 1 + below(20); count > 0; --count)
      damaged[below(whole.size())] = static_cast<char>(below(256));
  }
  return damaged;
}

TEST(ResultsFile, NoneOf300DamagedCopiesIsRead) {
  const Scratch folder;
  save_results(folder / "R.h5", some_results({kMethod, kSigma}, kLayered));
  const std::string whole = read_text(folder / "R.h5");
  std::mt19937 random(18);
  int copies = 0;
  while (copies < 300) {
    const std::string damaged = damaged_copy(whole, random);
    if (damaged == whole) continue;
    write_text(folder / "D.h5", damaged);
    EXPECT_THAT(error_of([&] { (void)load_results(folder / "D.h5"); }),
                HasSubstr("D.h5: damaged, its contents do not match its checksum (allowed: --accept-changes"));
    ++copies;
  }
}

TEST(ResultsFile, ADamagedFileNamesTheCheckpointBefore) {
  const Scratch folder;
  save_results(folder / "R.h5", some_results({kSigma}));
  save_results(folder / "R.h5", some_results({kMethod}), {.keep_previous = true});
  EXPECT_EQ(load_results(folder / "R.h5.previous").table.shape.axes.front().key, kSigma.key);
  std::string bytes = read_text(folder / "R.h5");
  bytes[bytes.size() - 100] ^= 1;
  write_text(folder / "R.h5", bytes);
  EXPECT_THAT(error_of([&] { (void)load_results(folder / "R.h5"); }),
              HasSubstr("the checkpoint before it is " + (folder / "R.h5.previous").string() + ";"));
  EXPECT_EQ(kind_of_file(folder / "R.h5"), FileKind::damaged);
}

TEST(ResultsFile, ChangesOnPurposeAreAcceptedWithAWarning) {
  const Scratch folder;
  save_results(folder / "R.h5", some_results({kSigma}));
  std::string bytes = read_text(folder / "R.h5");
  const std::size_t name = bytes.find("a \"name\"");
  ASSERT_NE(name, std::string::npos);
  bytes.replace(name, 1, "b");
  write_text(folder / "R.h5", bytes);
  std::vector<std::string> warnings;
  const Results read = load_results(folder / "R.h5", {true, [&](const auto& text) { warnings.push_back(text); }});
  EXPECT_EQ(read.name.substr(0, 2), "b ");
  EXPECT_THAT(warnings,
              ElementsAre(HasSubstr("R.h5: its contents do not match its checksum and are taken as they are")));
}

TEST(ResultsFile, WithoutAChecksumItIsReadWithOneWarning) {
  const Scratch folder;
  save_results(folder / "R.h5", some_results({kSigma}));
  const std::string bytes = read_text(folder / "R.h5");
  std::vector<std::string> warnings;
  const ReadOptions options{false, [&](const auto& text) { warnings.push_back(text); }};
  (void)load_results(folder / "R.h5", options);
  EXPECT_TRUE(warnings.empty());
  EXPECT_THAT(describe_results_file(folder / "R.h5"),
              HasSubstr("R.h5: whole: its contents match its checksum; 15 of 18"));
  write_text(folder / "R.h5", bytes.substr(0, bytes.size() - kChecksumSize));
  EXPECT_EQ(kind_of_file(folder / "R.h5"), FileKind::ours);
  EXPECT_EQ(load_results(folder / "R.h5", options).hash, "cafe");
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("R.h5: has no checksum")));
  EXPECT_THAT(describe_results_file(folder / "R.h5"), HasSubstr("R.h5: readable, but without a checksum"));
}

}  // namespace results_file_damage_test
}  // namespace ohmcarlo::test
