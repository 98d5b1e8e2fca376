#include <boost/version.hpp>
#include <fmt/core.h>

#include "app/command.hpp"
#include "base/version.hpp"
#include "experiment/experiment.hpp"
#include "gpu/devices.hpp"
#include "linalg/product.hpp"
#include "random/kernels.hpp"
#include "schedule/communicator.hpp"
#include "storage/results_file.hpp"

namespace ohmcarlo {

std::string version_text() {
  return fmt::format(
      "ohmcarlo {} (commit {}), numerics {}, results schema {}\n"
      "built with {}; vector kernels here: {}\n"
      "{}, HDF5 {}, {}, Boost {}.{}.{}, {}\n",
      version(), git_commit(), kNumericsVersion, kSchemaVersion, build_description(), kernel_target(), mpi_version(),
      hdf5_version(), linalg_version(), BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100,
      gpu::cuda_text());
}

}  // namespace ohmcarlo
