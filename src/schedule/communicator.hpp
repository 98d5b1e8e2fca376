#pragma once
// The processes of the job. Without mpirun or srun there is one, and MPI is not even started.

#include <optional>
#include <string>
#include <vector>

#include "schedule/failure.hpp"

namespace ohmcarlo {

/// Bytes from another rank.
struct RankMessage {
  int rank = 0;
  std::string bytes;
};

/// Name of this machine.
[[nodiscard]] std::string host_name();

class Communicator {
 public:
  /// Starts MPI if the environment says that a launcher started us.
  Communicator(int argc, char** argv);
  ~Communicator();
  Communicator(const Communicator&) = delete;
  Communicator& operator=(const Communicator&) = delete;

  [[nodiscard]] int rank() const { return rank_; }
  [[nodiscard]] int size() const { return size_; }

  /// Throws BadUsage with the right launch line if $SLURM_NTASKS says that there should be another number of
  /// processes: a bare srun starts that many jobs of one process each.
  void check_launch() const;

  /// Collective. `mine` is what failed on this rank, if anything did. The failure of the lowest rank that has one, its
  /// message led by "rank r on HOST: " unless it is rank 0; nothing if none failed.
  [[nodiscard]] std::optional<Failure> first_failure(const std::optional<Failure>& mine) const;
  /// Collective. Rank 0's text, everywhere.
  [[nodiscard]] std::string broadcast(const std::string& text) const;
  /// Collective. The text of every rank, as far as its first 255 bytes go, in order of rank; empty except on rank 0.
  [[nodiscard]] std::vector<std::string> gather(const std::string& mine) const;
  /// Collective. The host of every rank, in order of rank; empty except on rank 0.
  [[nodiscard]] std::vector<std::string> hosts() const { return gather(host_name()); }

  /// Bytes to another rank; does not wait for it.
  void send(int rank, const std::string& bytes);
  /// A message that has come from any rank, if one has.
  [[nodiscard]] std::optional<RankMessage> receive();

 private:
  struct Pending;
  bool started_ = false;
  int rank_ = 0;
  int size_ = 1;
  std::vector<Pending> pending_;
};

/// The MPI library, "Open MPI v4.1.4".
[[nodiscard]] std::string mpi_version();

}  // namespace ohmcarlo
