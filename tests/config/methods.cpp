#include "config/methods.hpp"

#include "config/reading.hpp"
#include "config/training.hpp"

namespace ohmcarlo {
namespace {

TrainingOptions method_options(const std::string& table, const Hardware& tested = {}, bool residual = false) {
  Reading reading("[training]\n" + table);
  FileCache files;
  return read_training(reading.reader, tested, residual, false, files);
}

TEST(Methods, HaveTheNamesThatRecordsKeep) {
  EXPECT_EQ(word_of(MethodKind::plain), "plain");
  EXPECT_EQ(word_of(MethodKind::noise_injection), "noise-injection");
  EXPECT_EQ(word_of(MethodKind::kure), "kure");
  for (const std::string_view word : method_words())
    EXPECT_EQ(
        word_of(method_options("method = \"" + std::string(word) + "\"\nirs.after = [\"relu1\"]\nirs.pooled = [2]\n")
                    .method),
        word);
}

TEST(Methods, NoiseIsThatOfTheTestedHardwareUnlessGiven) {
  Hardware tested;
  tested.variation.sigma = 0.25;
  EXPECT_EQ(method_options("method = \"noise-injection\"\n", tested).noise.sigma, 0.25);
  EXPECT_EQ(method_options("method = \"noise-injection\"\nnoise_sigma = 0.5\n", tested).noise.sigma, 0.5);
  tested.arrays = true;
  tested.array.cells.variation.law = VariationLaw::lognormal;
  EXPECT_THROW((void)method_options("method = \"noise-injection\"\n", tested), BadUsage);
}

TEST(Methods, OvfReadsItsSchedule) {
  const OvfOptions steps = method_options("method = \"ovf\"\novf.passes = 2\novf.sigma_step = 0.5\n").ovf;
  EXPECT_EQ(steps.passes, 2);
  EXPECT_EQ(steps.sigma_step, 0.5);
  const OvfOptions range =
      method_options("method = \"ovf\"\novf.schedule = \"range\"\novf.start = 0.5\novf.end = 3\n").ovf;
  EXPECT_EQ(range.schedule, OvfSchedule::range);
  EXPECT_EQ(range.start, 0.5);
  EXPECT_EQ(range.end, 3);
  EXPECT_EQ(method_options("method = \"ovf\"\novf.coverage = \"coded\"\n", {}, true).ovf.coverage, OvfCoverage::coded);
  EXPECT_THROW((void)method_options("method = \"ovf\"\nnoise = \"hardware\"\n"), BadUsage);
}

TEST(Methods, IrsNeedsASizeAHead) {
  EXPECT_THROW((void)method_options("method = \"irs\"\nirs.after = [\"relu1\"]\nirs.pooled = [2, 3]\n"), BadUsage);
  EXPECT_THROW((void)method_options("method = \"irs\"\n"), BadUsage);
}

TEST(Methods, KureHasATarget) {
  EXPECT_EQ(method_options("method = \"kure\"\nkurtosis.target = 2.5\n").kurtosis.target, 2.5);
  EXPECT_EQ(method_options("method = \"kurtosis\"\nkurtosis.lambda = 0.5\n").kurtosis.lambda, 0.5);
}

}  // namespace
}  // namespace ohmcarlo
