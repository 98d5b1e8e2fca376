// Relaxed conversions of numbers in a file, for comparison with torch.
//
// concrete_gradients FILE: each line of FILE is bits, temperature, tails (0 normalise, 1 clip), x, a, s and 2^bits
// Gumbel draws. Prints value, by_x, by_a, by_s of each.

#include <fstream>
#include <iomanip>
#include <iostream>
#include <vector>

#include "periphery/concrete.hpp"

int main(int argc, char** argv) {
  using namespace ohmcarlo;
  if (argc != 2) return 2;
  std::ifstream file(argv[1]);
  ConcreteOptions options;
  int clip = 0;
  double x = 0, a = 0, s = 0;
  while (file >> options.bits >> options.temperature >> clip >> x >> a >> s) {
    options.tails = clip != 0 ? ConcreteTails::clip : ConcreteTails::normalise;
    std::vector<double> gumbels(std::size_t{1} << options.bits);
    for (double& each : gumbels) file >> each;
    const ConcreteValue result = concrete_value(options, x, a, s, gumbels);
    std::cout << std::setprecision(17) << result.value << ' ' << result.by_x << ' ' << result.by_a << ' ' << result.by_s
              << '\n';
  }
}
