#include "schedule/communicator.hpp"

#include <algorithm>
#include <cstdlib>
#include <memory>

#include <mpi.h>
#include <unistd.h>

#include "base/bytes.hpp"
#include "base/error.hpp"

namespace ohmcarlo {
namespace {

constexpr int kTag = 1;

bool launched() {
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID"})
    if (std::getenv(name) != nullptr) return true;
  return false;
}

}  // namespace

struct Communicator::Pending {
  MPI_Request request;
  std::unique_ptr<std::string> bytes;
};

Communicator::Communicator(int argc, char** argv) : started_(launched()) {
  if (!started_) return;
  int provided = 0;
  MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
  MPI_Comm_size(MPI_COMM_WORLD, &size_);
}

Communicator::~Communicator() {
  if (!started_) return;
  for (Pending& pending : pending_) MPI_Wait(&pending.request, MPI_STATUS_IGNORE);
  MPI_Finalize();
}

void Communicator::check_launch() const {
  const char* tasks = std::getenv("SLURM_NTASKS");
  if (tasks == nullptr || std::atoi(tasks) == size_) return;
  fail_usage(
      "SLURM_NTASKS is {} but {}; start with `srun --mpi=pmix ohmcarlo run ...` or "
      "`mpirun ohmcarlo run ...` (or unset SLURM_NTASKS for a run of {})",
      tasks, size_ == 1 ? "this process found no other" : fmt::format("{} processes found each other", size_), size_);
}

std::optional<Failure> Communicator::first_failure(const std::optional<Failure>& mine) const {
  if (!started_) return mine;
  const int failing = mine ? rank_ : size_;
  int first = 0;
  MPI_Allreduce(&failing, &first, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
  if (first == size_) return std::nullopt;
  std::string text;
  if (rank_ == first)
    text = pack_bytes(
        first == 0 ? *mine : Failure{mine->type, fmt::format("rank {} on {}: {}", rank_, host_name(), mine->message)});
  std::size_t size = text.size();
  MPI_Bcast(&size, sizeof size, MPI_BYTE, first, MPI_COMM_WORLD);
  text.resize(size);
  MPI_Bcast(text.data(), static_cast<int>(size), MPI_BYTE, first, MPI_COMM_WORLD);
  return unpack_bytes<Failure>(text);
}

std::string Communicator::broadcast(const std::string& text) const {
  if (!started_) return text;
  std::string copy = text;
  std::size_t size = copy.size();
  MPI_Bcast(&size, sizeof size, MPI_BYTE, 0, MPI_COMM_WORLD);
  copy.resize(size);
  MPI_Bcast(copy.data(), static_cast<int>(size), MPI_BYTE, 0, MPI_COMM_WORLD);
  return copy;
}

std::vector<std::string> Communicator::gather(const std::string& mine) const {
  constexpr std::size_t kLength = 256;
  if (!started_) return {mine};
  std::string text = mine.substr(0, kLength - 1);
  text.resize(kLength, '\0');
  std::string all(rank_ == 0 ? kLength * static_cast<std::size_t>(size_) : 0, '\0');
  MPI_Gather(text.data(), kLength, MPI_CHAR, all.data(), kLength, MPI_CHAR, 0, MPI_COMM_WORLD);
  std::vector<std::string> texts;
  for (std::size_t start = 0; start < all.size(); start += kLength) texts.emplace_back(all.c_str() + start);
  return texts;
}

void Communicator::send(int rank, const std::string& bytes) {
  std::erase_if(pending_, [](Pending& pending) {
    int done = 0;
    MPI_Test(&pending.request, &done, MPI_STATUS_IGNORE);
    return done != 0;
  });
  Pending pending{MPI_REQUEST_NULL, std::make_unique<std::string>(bytes)};
  MPI_Isend(pending.bytes->data(), static_cast<int>(bytes.size()), MPI_BYTE, rank, kTag, MPI_COMM_WORLD,
            &pending.request);
  pending_.push_back(std::move(pending));
}

std::optional<RankMessage> Communicator::receive() {
  if (!started_ || size_ == 1) return std::nullopt;
  int there = 0;
  MPI_Message message = MPI_MESSAGE_NULL;
  MPI_Status status;
  MPI_Improbe(MPI_ANY_SOURCE, kTag, MPI_COMM_WORLD, &there, &message, &status);
  if (there == 0) return std::nullopt;
  int size = 0;
  MPI_Get_count(&status, MPI_BYTE, &size);
  RankMessage received{status.MPI_SOURCE, std::string(static_cast<std::size_t>(size), '\0')};
  MPI_Mrecv(received.bytes.data(), size, MPI_BYTE, &message, MPI_STATUS_IGNORE);
  return received;
}

std::string mpi_version() {
  char text[MPI_MAX_LIBRARY_VERSION_STRING] = "";
  int length = 0;
  MPI_Get_library_version(text, &length);
  const std::string name(text, static_cast<std::size_t>(length));
  return name.substr(0, name.find(','));
}

std::string host_name() {
  char name[256] = "unknown";
  ::gethostname(name, sizeof name - 1);
  return name;
}

}  // namespace ohmcarlo
