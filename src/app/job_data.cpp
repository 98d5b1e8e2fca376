#include "app/job_data.hpp"

#include "experiment/sampling.hpp"

namespace ohmcarlo {

std::map<std::string, std::string> read_job_data(const Experiment& experiment, DataSource& data) {
  std::map<std::string, std::string> hashes = data.hash_contents();
  if (experiment.kept.of_sampled_images) {
    const Point first = experiment.points.front();
    check_sample_size(experiment, static_cast<std::size_t>(data.test(first.data, first.data.scaling)->images()));
  }
  return hashes;
}

}  // namespace ohmcarlo
