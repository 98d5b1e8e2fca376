#include "app/array_text.hpp"

#include <fmt/core.h>
#include <gmock/gmock.h>

#include "network/architecture.hpp"

namespace ohmcarlo {
namespace array_text_test {

using ::testing::HasSubstr;
using ::testing::Not;

/// 784 - 100 - 10.
const NetworkSpec kNetwork = mlp(784, {100}, "relu", 10);

ArrayOptions gaussian(CellFormat format, double sigma) {
  ArrayOptions options;
  options.format = format;
  options.cells.range = {1e-6, 1e-4, format.top()};
  options.cells.variation.sigma = sigma;
  return options;
}

std::string described(const ArrayOptions& options) {
  return describe_arrays(options, kNetwork);
}

// A weight of a signed stack is one cell, of a pair the difference of two: sd sigma and sqrt(2) sigma of full scale.
// Two slices of 2 bits count 1 and 4: sd sigma 3 sqrt(17) of 15 steps; a mid-point cell has half the range.
TEST(ArrayText, WeightNoiseFollowsFromTheCells) {
  using enum Mapping;
  EXPECT_THAT(described(gaussian({sign_magnitude, 0, 0}, 0.125)),
              HasSubstr("signed, unquantised weights on 1 cell of any conductance; weight noise 0.125 max|W| (sd)"));
  EXPECT_THAT(described(gaussian({one_sided, 0, 0}, 0.125)),
              HasSubstr("one-sided pairs, unquantised weights on 2 cells of any conductance; weight noise 0.1768 "));
  EXPECT_THAT(described(gaussian({one_sided, 4, 4}, 0.125)), HasSubstr("4-bit weights on 2 cells of 16 levels; weight "
                                                                       "noise 0.1768 "));
  EXPECT_THAT(described(gaussian({sign_magnitude, 4, 2}, 0.125)),
              HasSubstr("4-bit weights on 2 cells of 4 levels; weight noise 0.1031 "));  // 0.125 * 3 * sqrt(17) / 15
}

TEST(ArrayText, WhatIsWrongWithTheCellsIsSaid) {
  ArrayOptions options = gaussian({Mapping::one_sided, 0, 0}, 0.1);
  EXPECT_THAT(described(options), Not(HasSubstr("stuck")));
  options.cells.faults.rate = 0.015;
  options.cells.verify.emplace().max_pulses = 9;
  options.wires = {2.5, 1.25, 100, 0, false};
  const std::string text = described(options);
  EXPECT_THAT(text, HasSubstr("1.5 % of the cells are stuck; write-verify, at most 9 pulses; wires of 2.5 and 1.25 ohm "
                              "a segment of row and column, driver 100, sense 0 ohm"));
}

TEST(ArrayText, DefectsNameTheirLayersFrom1) {
  ArrayOptions options = gaussian({Mapping::one_sided, 0, 0}, 0.1);
  options.cells.defects.emplace().rate = 0.25;
  options.cells.defects->layers = {0, 2};
  const std::string text = described(options);
  EXPECT_THAT(text, HasSubstr("25 % of the cells of layer 1, 3 are defective, once a chip"));
  EXPECT_THAT(text, Not(HasSubstr("weight noise"))) << "in place of the variation";
}

// 784 inputs on arrays of 256 rows: 4 parts; 100 outputs on arrays of 64 columns: 2; a pair has 2 stacks.
TEST(ArrayText, ArraysReadsAndConversionsAreCounted) {
  ArrayOptions options = gaussian({Mapping::one_sided, 0, 0}, 0.1);
  options.tile_rows = 256;
  options.tile_columns = 64;
  EXPECT_THAT(described(options),
              HasSubstr("16 arrays of at most 256 x 64, 1 reads and 0 conversions an input vector"));
  options.dac.coding.bits = 8;
  options.dac.coding.read_bits = 1;
  options.adc.bits = 6;
  options.adc.differential = true;  // one conversion a pair, part of the rows, and read: 100 * 4 * 8
  EXPECT_THAT(described(options), HasSubstr("8 reads and 3200 conversions an input vector"));
  EXPECT_THAT(described(options),
              HasSubstr("in all: 158800 cells, 3280 conversions an image\n"));  // the last layer: 80
  options.adc.differential = false;
  EXPECT_THAT(described(options), HasSubstr("8 reads and 6400 conversions an input vector"));
}

TEST(ArrayText, ReadNoiseSaysHowItIsDrawn) {
  ArrayOptions options = gaussian({Mapping::one_sided, 0, 0}, 0.1);
  EXPECT_THAT(described(options), HasSubstr("read noise: none"));
  options.read_noise.c0 = 0.5F;
  EXPECT_THAT(described(options), HasSubstr("read noise: one draw a column and read"));
  options.read_form = ReadForm::cells;
  EXPECT_THAT(described(options), HasSubstr("read noise: one draw a cell and read (as asked for)"));
  options.wires.row_ohm = 1;
  EXPECT_THAT(described(options), HasSubstr("the circuit solved anew for each"));
}

// 256 rows, and 512 cells of pairs: .01 + 512 .0004, .01 + 256 .0025 + 256 .0004 and .01 + 512 .0025.
TEST(ArrayText, ConverterNoiseIsSaidForNoneHalfAndAllOfTheCells) {
  ArrayOptions options = gaussian({Mapping::one_sided, 0, 0}, 0.1);
  options.tile_rows = 256;
  EXPECT_THAT(described(options), HasSubstr("converter noise: none\n"));
  options.adc.noise = {AdcNoiseLaw::logistic, 0.1, 0, 0};
  EXPECT_THAT(described(options), HasSubstr("converter noise: logistic, sd 0.1 currents of one cell fully on\n"));
  options.adc.noise = {AdcNoiseLaw::gaussian, 0.1, 0.05, 0.02};
  EXPECT_THAT(described(options),
              HasSubstr("converter noise: gaussian, sd 0.4635, 0.8674 and 1.136 currents of one cell fully on where "
                        "none, half and all of 512 cells conduct (256 rows on, both lines of a pair)\n"));
  options.adc.differential = false;
  EXPECT_THAT(described(options), HasSubstr("sd 0.3353, 0.6174 and 0.8062 currents of one cell fully on where none, "
                                            "half and all of 256 cells conduct (256 rows on, one line)\n"));
  options.ideal_layers = {-1};  // has no converters, whose lines could be counted
  EXPECT_THAT(described(options), HasSubstr("half and all of 256 cells conduct (256 rows on, one line)\n"));
  options = gaussian({Mapping::sign_magnitude, 0, 0}, 0.1);
  options.tile_rows = 1000;  // more than any layer has inputs
  options.adc.noise = {AdcNoiseLaw::gaussian, 0, 0.05, 0};
  EXPECT_THAT(described(options),
              HasSubstr("sd 0, 0.9899 and 1.4 currents of one cell fully on where none, half and all "
                        "of 784 cells conduct (784 rows on, one line)\n"));
}

// 8 channels in, 12 out in 4 groups, windows of 9 pixels: each group has 18 rows and 3 columns, 36 places an image.
TEST(ArrayText, GroupsHaveArraysOfTheirOwn) {
  const NetworkSpec network =
      build_network({8, 6, 6}, 10, std::vector<std::string>{"conv 12 padding 1 groups 4", "flatten", "dense classes"});
  ArrayOptions options = gaussian({Mapping::one_sided, 4, 2}, 0);
  options.tile_rows = 16;
  options.adc.bits = 6;
  options.dac.coding = {3, 1, InputEncoding::unsigned_, 1};
  const std::string text = describe_arrays(options, network);
  // 4 groups x 2 row tiles x 2 slices x 2 sides; each row tile converts 3 columns, 2 slices and 3 bits a group.
  EXPECT_THAT(text, HasSubstr("conv1: 32 arrays of at most 16 x 3 in 4 groups, 3 reads and 144 conversions an input "
                              "vector\n"));
  // Weights: 12 x 18 and 432 x 10, on four cells each; the dense layer has 27 row tiles of 10 x 2 x 3.
  EXPECT_THAT(text, HasSubstr(fmt::format("in all: {} cells, {} conversions an image\n", 4 * (12 * 18 + 4320),
                                          36 * 144 + 27 * 60)));
  options = gaussian({Mapping::offset, 4, 2}, 0);
  options.tile_columns = 2;  // two arrays a group, of 2 and of 1 output, and a reference column each
  options.adc.bits = 6;
  EXPECT_THAT(
      describe_arrays(options, network),
      HasSubstr("conv1: 16 arrays of at most 18 x 3 in 4 groups, 1 reads and 40 conversions an input vector\n"));
  EXPECT_THAT(describe_arrays(options, network),
              HasSubstr(fmt::format("in all: {} cells", 2 * (18 * (12 + 8) + 432 * (10 + 5)))));
}

}  // namespace array_text_test
}  // namespace ohmcarlo
