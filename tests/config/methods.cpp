#include "config/methods.hpp"

#include "config/reading.hpp"
#include "config/training.hpp"
#include "training/method.hpp"

namespace ohmcarlo {
namespace methods_test {

TrainingOptions method_options(const std::string& table, bool residual = false) {
  Reading reading("[training]\n" + table);
  Reader tested(reading.settings);
  FileCache files;
  return read_training(reading.reader, tested, residual, false, files);
}

TEST(Methods, OfEveryWordAreRead) {
  for (const std::string_view word : method_words())
    EXPECT_EQ(entry_of(method_options("method = \"" + std::string(word) +
                                      "\"\nirs.after = [\"relu1\"]\nirs.pooled = [2]\n[hardware]\nsimulate = "
                                      "\"arrays\"\nadc.bits = 4\nadc.sensing = \"single\"\n")
                           .method)
                  .word,
              word);
}

// What a method reads is part of what its networks are called by: no more, no less.
TEST(Methods, ReadTheirOwnKeys) {
  const auto read = [](const std::string& word) {
    Reading reading("training.method = \"" + word + "\"\n");
    Reader tested(reading.settings);
    FileCache files;
    TrainingOptions training;
    training.method = method_of(word);
    read_method_options({reading.reader, tested, false, false, files}, training);
    return reading.reader.log();
  };
  const std::string noise = "training.noise_sigma = 0\ntraining.validation_chips = 4\n";
  EXPECT_EQ(read("plain"), "training.logit_scale = 1\n");
  EXPECT_EQ(read("noise-injection"),
            "hardware.cell_bits = \"analog\"\ntraining.logit_scale = 1\ntraining.noise = \"gaussian\"\n" + noise);
  EXPECT_EQ(read("kurtosis"), "training.kurtosis.lambda = 0.001\n");
  EXPECT_EQ(read("kure"), "training.kurtosis.lambda = 0.001\ntraining.kurtosis.target = 1.8\n");
  EXPECT_EQ(read("ovf"),
            "hardware.cell_bits = \"analog\"\ntraining.noise = \"gaussian\"\ntraining.noise_sigma = 0\n"
            "training.ovf.beta = 0.001\ntraining.ovf.passes = 3\ntraining.ovf.schedule = \"steps\"\n"
            "training.ovf.sigma_step = 0.05\ntraining.validation_chips = 4\n");
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
  EXPECT_EQ(method_options("method = \"ovf\"\novf.coverage = \"coded\"\n", true).ovf.coverage, OvfCoverage::coded);
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

}  // namespace methods_test
}  // namespace ohmcarlo
