#include "crossbar/wires.hpp"

#include <cmath>
#include <limits>
#include <random>

#include <gtest/gtest.h>

#include "crossbar/nodal.hpp"

namespace ohmcarlo {
namespace wires_test {

/// Uniform numbers in [low, high), a share of them exactly zero.
Matrix<double> random_matrix(Index rows, Index columns, double low, double high, std::uint32_t seed, double zeros = 0) {
  std::mt19937 bits(seed);
  Matrix<double> m(rows, columns);
  for (double& x : m.reshaped()) {
    x = low + (high - low) * static_cast<double>(bits()) * 0x1p-32;
    if (static_cast<double>(bits()) * 0x1p-32 < zeros) x = 0;
  }
  return m;
}

void expect_close(const Matrix<double>& actual, const Matrix<double>& expected, double relative,
                  const std::string& what) {
  ASSERT_EQ(actual.rows(), expected.rows()) << what;
  ASSERT_EQ(actual.cols(), expected.cols()) << what;
  EXPECT_LE((actual - expected).cwiseAbs().maxCoeff(), relative * expected.cwiseAbs().maxCoeff())
      << what << "\n"
      << actual << "\nexpected\n"
      << expected;
}

std::string describe(const WireOptions& w, Index rows, Index columns) {
  return fmt::format("{} x {}, row {}, column {}, driver {}, sense {} ohm, {}", rows, columns, w.row_ohm, w.column_ohm,
                     w.driver_ohm, w.sense_ohm, w.both_ends ? "both ends" : "one end");
}

TEST(WiredArray, OneCellIsAVoltageDivider) {
  const Matrix<double> g{{1e-3}};
  const WireOptions wires{.row_ohm = 10, .column_ohm = 20, .driver_ohm = 50, .sense_ohm = 100};
  EXPECT_NEAR(WiredArray(g, wires).effective()(0, 0), 1 / 1180.0, 1e-18);
  WireOptions both = wires;
  both.both_ends = true;
  EXPECT_NEAR(WiredArray(g, both).effective()(0, 0), 1 / 1150.0, 1e-18);
}

TEST(WiredArray, LadderOfTwoCellsInARow) {
  // Ideal columns: driver and segment feed cell 0, one more segment feeds cell 1.
  const Matrix<double> g{{1.0 / 1000, 1.0 / 2000}};
  const Matrix<double> m = WiredArray(g, {.row_ohm = 10, .driver_ohm = 30}).effective();
  const double to_the_right = 1 / (1 / 2010.0 + 1 / 1000.0);
  const double first = to_the_right / (40 + to_the_right);
  EXPECT_NEAR(m(0, 0), first / 1000, 1e-17);
  EXPECT_NEAR(m(0, 1), first / 2010, 1e-17);
}

TEST(WiredArray, LadderOfTwoCellsInAColumn) {
  // Ideal rows: the cells' currents share the last segment and the sense; the upper one passes one more segment.
  const Matrix<double> g{{1.0 / 1000}, {1.0 / 2000}};
  const Matrix<double> m = WiredArray(g, {.column_ohm = 10, .sense_ohm = 30}).effective();
  const double y_upper = 1 / 1010.0;
  const double y_lower = 1 / 2000.0;
  const double share = 1 / (1 + 40 * (y_upper + y_lower));
  EXPECT_NEAR(m(0, 0), share * y_upper, 1e-17);
  EXPECT_NEAR(m(1, 0), share * y_lower, 1e-17);
}

TEST(WiredArray, WithoutResistanceIsThePlainProduct) {
  const Matrix<double> g = random_matrix(5, 7, 1e-6, 1e-4, 1);
  const Matrix<double> volts = random_matrix(3, 5, -0.2, 0.2, 2);
  for (const bool both : {false, true}) {
    const WiredArray array(g, {.both_ends = both});
    EXPECT_EQ(array.effective(), g);
    expect_close(array.currents(volts), volts * g, 1e-15, "ideal");
  }
}

TEST(WiredArray, DriverAloneDividesWholeRows) {
  const Matrix<double> g = random_matrix(4, 6, 1e-5, 1e-3, 3);
  Matrix<double> expected = g;
  for (Index i = 0; i < g.rows(); ++i) expected.row(i) /= 1 + 75 * g.row(i).sum();
  expect_close(WiredArray(g, {.driver_ohm = 75}).effective(), expected, 1e-14, "one end");
  expect_close(WiredArray(g, {.driver_ohm = 150, .both_ends = true}).effective(), expected, 1e-14, "both ends");
}

TEST(WiredArray, SenseAloneDividesWholeColumns) {
  const Matrix<double> g = random_matrix(4, 6, 1e-5, 1e-3, 4);
  Matrix<double> expected = g;
  for (Index j = 0; j < g.cols(); ++j) expected.col(j) /= 1 + 75 * g.col(j).sum();
  for (const bool both : {false, true})
    expect_close(WiredArray(g, {.sense_ohm = 75, .both_ends = both}).effective(), expected, 1e-14, "sense");
}

TEST(WiredArray, DrivenFromBothEndsASymmetricRowIsSymmetric) {
  Matrix<double> g = random_matrix(6, 9, 1e-5, 1e-3, 5);
  g = (g + g.rowwise().reverse().eval()).eval();
  const WireOptions wires{.row_ohm = 7, .column_ohm = 3, .driver_ohm = 20, .sense_ohm = 11, .both_ends = true};
  const Matrix<double> m = WiredArray(g, wires).effective();
  expect_close(m.rowwise().reverse(), m, 1e-14, "mirrored");
  // The middle of such a row is as far from either driver: half a row, driven from one end, with its middle cell
  // halved.
  const Matrix<double> row = g.row(0);
  Matrix<double> half = row.leftCols(5);
  half(0, 4) /= 2;
  const Matrix<double> whole = WiredArray(row, {.row_ohm = 7, .driver_ohm = 20, .both_ends = true}).effective();
  Matrix<double> folded = WiredArray(half, {.row_ohm = 7, .driver_ohm = 20}).effective();
  folded(0, 4) *= 2;
  expect_close(whole.leftCols(5), folded, 1e-14, "folded");
}

// Inputs and weights of a 3 x 4 matrix on a one-sided pair of arrays, 1 to 10 kilo-ohm. The numbers are those of
// ngspice, of a nodal solution and (but the last) of CrossSim 3.2.0 with a tight tolerance, which agreed with each
// other. CrossSim keeps conductances relative to the largest one, in single precision.
TEST(WiredArray, AgreesWithPublishedSolversOnAPair) {
  const Matrix<double> w{{.5, -.25, 1, .1}, {-1, .75, 0, -.6}, {.3, .9, -.45, .2}};
  const Matrix<double> x{{1, -.5, .25, .8}};
  const auto output = [&](const WireOptions& wires) {
    const auto side = [&](double sign) {
      const Matrix<float> relative = (0.1 + 0.9 * (sign * w.transpose().array()).max(0.0)).matrix().cast<float>();
      const Matrix<double> g = 1e-3 * relative.cast<double>();
      return WiredArray(g, wires).currents(x);
    };
    return Matrix<double>((side(1) - side(-1)) / 9e-4);
  };
  const struct {
    WireOptions wires;
    Matrix<double> expected;
  } cases[] = {
      {{.row_ohm = 10, .column_ohm = 10}, Matrix<double>{{.909605898, -1.741638941, -.085264167}}},
      {{.row_ohm = 20, .column_ohm = 5}, Matrix<double>{{.920112470, -1.733263874, -.071048057}}},
      {{.row_ohm = 10, .column_ohm = 10, .sense_ohm = 100}, Matrix<double>{{.768877237, -1.492475977, -.091429779}}},
      {{.row_ohm = 10, .column_ohm = 10, .driver_ohm = 50}, Matrix<double>{{.873415055, -1.642019013, -.062638176}}},
  };
  for (const auto& c : cases) {
    const Matrix<double> actual = output(c.wires);
    EXPECT_LE((actual - c.expected).cwiseAbs().maxCoeff(), 6e-10) << describe(c.wires, 4, 3) << "\n" << actual;
  }
}

TEST(WiredArray, AgreesWithTheNodalEquations) {
  const std::pair<Index, Index> shapes[] = {{1, 1}, {1, 2}, {2, 1}, {1, 9}, {9, 1},  {2, 2}, {3, 4},
                                            {4, 3}, {7, 7}, {6, 9}, {9, 6}, {3, 14}, {40, 2}};
  const double scales[] = {0, 0, 0.01, 3, 100, 2e4};  // the dense matrix loses too many digits to smaller resistances
  std::mt19937 bits(6);
  for (int round = 0; round < 20; ++round) {
    for (const auto& [rows, columns] : shapes) {
      const auto ohm = [&] {
        const double scale = scales[bits() % std::size(scales)];
        return scale * (0.5 + static_cast<double>(bits()) * 0x1p-32);
      };
      const WireOptions wires{ohm(), ohm(), ohm(), ohm(), bits() % 2 == 0};
      const double zeros = bits() % 3 == 0 ? 0.4 : 0;
      const Matrix<double> g = random_matrix(rows, columns, 1e-6, 1e-3, bits(), zeros);
      const Matrix<double> volts = random_matrix(1, rows, -0.3, 0.3, bits());
      expect_close(WiredArray(g, wires).currents(volts), NodalCircuit(g, wires).currents(volts), 1e-12,
                   describe(wires, rows, columns));
      if (HasFailure()) return;
    }
  }
}

// Long enough for several groups of rows in the elimination.
TEST(WiredArray, AgreesWithTheNodalEquationsOnLongArrays) {
  for (const auto& [rows, columns] : {std::pair<Index, Index>{45, 3}, {3, 45}, {17, 1}, {18, 1}, {35, 1}}) {
    for (const bool both : {false, true}) {
      const WireOptions wires{.row_ohm = 2, .column_ohm = 3, .driver_ohm = 5, .sense_ohm = 7, .both_ends = both};
      const Matrix<double> g = random_matrix(rows, columns, 1e-6, 1e-3, 7);
      const Matrix<double> volts = random_matrix(1, rows, -0.3, 0.3, 8);
      expect_close(WiredArray(g, wires).currents(volts), NodalCircuit(g, wires).currents(volts), 1e-12,
                   describe(wires, rows, columns));
    }
  }
}

TEST(WiredArray, TinyResistancesDoLittle) {
  for (const auto& [rows, columns] : {std::pair<Index, Index>{30, 20}, {20, 30}}) {
    const Matrix<double> g = random_matrix(rows, columns, 1e-6, 1e-4, 9);
    for (const double large : {0.0, 3.0, 5e4}) {
      for (const bool both : {false, true}) {
        const Matrix<double> none = WiredArray(g, {0, 0, large, large, both}).effective();
        const WireOptions tiny{1e-11, 1e-11, large, large, both};
        expect_close(WiredArray(g, tiny).effective(), none, 1e-12, describe(tiny, rows, columns));
      }
    }
  }
}

TEST(WiredArray, SmallResistancesChangeTheCurrentsInProportion) {
  const Matrix<double> g = random_matrix(30, 20, 1e-6, 1e-4, 9);
  const auto loss = [&](double ohm) {
    return Matrix<double>((g - WiredArray(g, {ohm, ohm, ohm, ohm, false}).effective()) / ohm);
  };
  expect_close(loss(1e-4), loss(1e-3), 1e-3, "loss per ohm");
}

TEST(WiredArray, AnInputHasTheSameBitsAloneAndInABatch) {
  for (const auto& [rows, columns] : {std::pair<Index, Index>{33, 17}, {17, 33}}) {
    const WireOptions wires{.row_ohm = 2, .column_ohm = 3, .driver_ohm = 5, .sense_ohm = 7};
    const WiredArray array(random_matrix(rows, columns, 1e-6, 1e-3, 10), wires);
    const Matrix<double> volts = random_matrix(70, rows, -0.3, 0.3, 11, 0.3);
    const Matrix<double> batch = array.currents(volts);
    for (Index n = 0; n < volts.rows(); ++n)
      EXPECT_EQ(array.currents(View(volts).middle_rows(n, 1)), batch.row(n)) << "input " << n;
  }
}

TEST(WiredArray, InputsSuperpose) {
  const WireOptions wires{.row_ohm = 20, .column_ohm = 30, .driver_ohm = 50, .sense_ohm = 70, .both_ends = true};
  const WiredArray array(random_matrix(13, 8, 1e-6, 1e-3, 12), wires);
  const Matrix<double> a = random_matrix(1, 13, -0.3, 0.3, 13);
  const Matrix<double> b = random_matrix(1, 13, -0.3, 0.3, 14);
  const Matrix<double> sum = 2 * a - 3 * b;
  expect_close(array.currents(sum), 2 * array.currents(a) - 3 * array.currents(b), 1e-14, "superposition");
  expect_close(array.currents(a), a * array.effective(), 1e-14, "effective");
}

TEST(WiredArray, TakesConductancesInSinglePrecisionAndPartsOfLargerMatrices) {
  const Matrix<float> whole = random_matrix(6, 9, 1e-6, 1e-3, 15).cast<float>();
  const Matrix<double> part = whole.block(1, 2, 4, 5).cast<double>();
  const WireOptions wires{.row_ohm = 2, .column_ohm = 3};
  EXPECT_EQ(WiredArray(View(whole).block(1, 2, 4, 5), wires).effective(), WiredArray(part, wires).effective());
}

TEST(WiredArray, RefusesValuesOutsideTheirRange) {
  const Matrix<double> g{{1e-4, 0}, {1e-5, 1e-4}};
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double bad : {-1.0, nan, std::numeric_limits<double>::infinity()}) {
    EXPECT_THROW(WiredArray(g, {.row_ohm = bad}), std::logic_error);
    EXPECT_THROW(WiredArray(g, {.column_ohm = bad}), std::logic_error);
    EXPECT_THROW(WiredArray(g, {.driver_ohm = bad}), std::logic_error);
    EXPECT_THROW(WiredArray(g, {.sense_ohm = bad}), std::logic_error);
    Matrix<double> broken = g;
    broken(1, 0) = bad;
    EXPECT_THROW(WiredArray(broken, {}), std::logic_error);
  }
  EXPECT_THROW((void)WiredArray(g, {}).currents(Matrix<double>(1, 3)), std::logic_error);
}

}  // namespace wires_test
}  // namespace ohmcarlo
