#pragma once
// The circuit of an array written down resistor by resistor and solved with one dense matrix, in long double.

#include <numeric>
#include <vector>

#include <Eigen/LU>

#include "crossbar/wires.hpp"

namespace ohmcarlo {

class NodalCircuit {
 public:
  NodalCircuit(const Matrix<double>& g, const WireOptions& wires) : rows_(g.rows()), columns_(g.cols()) {
    for (Index i = 0; i < rows_; ++i) {
      Index last = wire(source(i), wires.driver_ohm);
      std::vector<Index> cells;
      for (Index j = 0; j < columns_; ++j) cells.push_back(last = wire(last, wires.row_ohm));
      if (wires.both_ends) join(wire(last, wires.row_ohm), source(i), wires.driver_ohm);
      word_line_.push_back(cells);
    }
    for (Index j = 0; j < columns_; ++j) {
      Index last = node();
      for (Index i = 0; i < rows_; ++i) {
        if (g(i, j) > 0) resistors_.push_back({word_line_[at(i)][at(j)], last, 1 / static_cast<long double>(g(i, j))});
        last = wire(last, wires.column_ohm);
      }
      join(last, sense(j), wires.sense_ohm);
    }
  }

  /// Amperes into each sense for these voltages of the sources.
  [[nodiscard]] Matrix<double> currents(const Matrix<double>& volts) const {
    const Index fixed = rows_ + columns_;
    std::vector<Index> number(static_cast<std::size_t>(count_), -1);  // of the unknown of a node that is its own root
    Index unknowns = 0;
    for (Index n = fixed; n < count_; ++n)
      if (root(n) == n) number[at(n)] = unknowns++;
    using Dense = Eigen::Matrix<long double, Eigen::Dynamic, Eigen::Dynamic>;
    Dense laplacian = Dense::Zero(unknowns, unknowns);
    Dense injected = Dense::Zero(unknowns, 1);
    const auto known = [&](Index n) { return n < rows_ ? static_cast<long double>(volts(0, n)) : 0.0L; };
    for (const auto& [from, to, ohm] : resistors_) {
      for (const auto& [a, b] : {std::pair(root(from), root(to)), std::pair(root(to), root(from))}) {
        if (a < fixed) continue;
        laplacian(number[at(a)], number[at(a)]) += 1 / ohm;
        if (b < fixed)
          injected(number[at(a)]) += known(b) / ohm;
        else
          laplacian(number[at(a)], number[at(b)]) -= 1 / ohm;
      }
    }
    const Dense solved = unknowns > 0 ? Dense(laplacian.partialPivLu().solve(injected)) : injected;
    const auto voltage = [&](Index n) { return n < fixed ? known(n) : solved(number[at(n)]); };
    Eigen::Matrix<long double, 1, Eigen::Dynamic> result(columns_);
    result.setZero();
    for (const auto& [from, to, ohm] : resistors_) {
      for (const auto& [a, b] : {std::pair(root(from), root(to)), std::pair(root(to), root(from))})
        if (a >= rows_ && a < fixed) result(a - rows_) += voltage(b) / ohm;
    }
    return result.cast<double>();
  }

 private:
  struct Resistor {
    Index from, to;
    long double ohm;
  };

  static std::size_t at(Index i) { return static_cast<std::size_t>(i); }
  [[nodiscard]] Index source(Index i) const { return i; }
  [[nodiscard]] Index sense(Index j) const { return rows_ + j; }
  Index node() {
    merged_.resize(at(count_ + 1), -1);
    return count_++;
  }
  [[nodiscard]] Index root(Index n) const {
    while (at(n) < merged_.size() && merged_[at(n)] >= 0) n = merged_[at(n)];
    return n;
  }
  /// A resistor, or one node instead of two. Sources and senses stay the nodes that stand for what is merged with them.
  void join(Index a, Index b, double ohm) {
    if (ohm > 0) {
      resistors_.push_back({a, b, static_cast<long double>(ohm)});
    } else if (const Index x = root(a), y = root(b); x != y) {
      merged_.resize(std::max(merged_.size(), at(count_)), -1);
      merged_[at(std::max(x, y))] = std::min(x, y);
    }
  }
  Index wire(Index from, double ohm) {
    const Index to = node();
    join(from, to, ohm);
    return to;
  }

  Index rows_, columns_;
  Index count_ = rows_ + columns_;
  std::vector<Index> merged_;  // the node that stands for this one, or -1
  std::vector<std::vector<Index>> word_line_;
  std::vector<Resistor> resistors_;
};

}  // namespace ohmcarlo
