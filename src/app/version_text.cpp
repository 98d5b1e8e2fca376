#include <boost/version.hpp>
#include <dnnl.h>
#include <Eigen/Core>
#include <fmt/core.h>
#include <hdf5.h>
#include <mpi.h>

#include "app/command.hpp"
#include "base/version.hpp"
#include "experiment/experiment.hpp"
#include "random/kernels.hpp"
#include "storage/results_file.hpp"

namespace ohmcarlo {

std::string version_text() {
  const dnnl_version_t* dnnl = dnnl_version();
  char mpi[MPI_MAX_LIBRARY_VERSION_STRING] = "";
  int length = 0;
  MPI_Get_library_version(mpi, &length);
  const std::string mpi_name(mpi, static_cast<std::size_t>(length));
  return fmt::format(
      "ohmcarlo {} (commit {}), numerics {}, results schema {}\n"
      "built with {}; vector kernels here: {}\n"
      "{}; HDF5 {}.{}.{}; Eigen {}.{}.{}; oneDNN {}.{}.{}; Boost {}.{}.{}\n",
      version(), git_commit(), kNumericsVersion, kSchemaVersion, build_description(), kernel_target(),
      mpi_name.substr(0, mpi_name.find(',')), H5_VERS_MAJOR, H5_VERS_MINOR, H5_VERS_RELEASE, EIGEN_WORLD_VERSION,
      EIGEN_MAJOR_VERSION, EIGEN_MINOR_VERSION, dnnl->major, dnnl->minor, dnnl->patch, BOOST_VERSION / 100000,
      BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100);
}

}  // namespace ohmcarlo
