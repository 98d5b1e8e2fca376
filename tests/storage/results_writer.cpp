#include "storage/results_writer.hpp"

#include <cerrno>
#include <functional>
#include <utility>

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "scratch.hpp"
#include "storage/results_file.hpp"

namespace ohmcarlo::test {
namespace {

std::function<void()> at_next_flush_of_a_directory;  // a saving ends with one, once the new file has taken its place

}  // namespace
}  // namespace ohmcarlo::test

/// In place of the C library's.
extern "C" int fsync(int descriptor) {
  struct stat held {};
  if (::fstat(descriptor, &held) == 0 && S_ISDIR(held.st_mode))
    if (const auto now = std::exchange(ohmcarlo::test::at_next_flush_of_a_directory, nullptr)) now();
  return static_cast<int>(::syscall(SYS_fsync, descriptor));
}

namespace ohmcarlo::test {
namespace results_writer_test {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

/// Results of which so many cells are done.
Results results_with(std::size_t done) {
  Results results;
  Shape shape;
  shape.trials = 5;
  results.table = Table(shape, standard_metrics());
  for (std::size_t cell = 0; cell < done; ++cell) results.table.state[cell] = CellState::done;
  return results;
}

std::ptrdiff_t cells_in(const fs::path& path) {
  const Table table = load_results(path).table;
  return std::count(table.state.begin(), table.state.end(), CellState::done);
}

TEST(ResultsWriter, KeepsTheCheckpointBefore) {
  const Scratch folder;
  {
    ResultsWriter writer(folder / "R.h5");
    EXPECT_THAT(writer.warnings(), IsEmpty());
    for (const std::size_t done : {1, 2, 3}) writer.save(results_with(done));
    EXPECT_EQ(cells_in(folder / "R.h5"), 3);
    EXPECT_EQ(cells_in(folder / "R.h5.previous"), 2);
  }
  ResultsWriter(folder / "R.h5").save(results_with(4));
  EXPECT_EQ(cells_in(folder / "R.h5.previous"), 3) << "of an earlier run";
  EXPECT_THAT(folder.names(), UnorderedElementsAre("R.h5", "R.h5.previous"));
}

TEST(ResultsWriter, ADamagedFileIsNoCheckpointToKeep) {
  const Scratch folder;
  {
    ResultsWriter writer(folder / "R.h5");
    writer.save(results_with(1));
    writer.save(results_with(2));
  }
  std::string bytes = read_text(folder / "R.h5");
  bytes[bytes.size() / 2] ^= 1;
  write_text(folder / "R.h5", bytes);
  ResultsWriter(folder / "R.h5").save(results_with(3));
  EXPECT_EQ(cells_in(folder / "R.h5"), 3);
  EXPECT_EQ(cells_in(folder / "R.h5.previous"), 1);
}

/// Nothing is written any more, and what is there stays.
void expect_stopped(ResultsWriter& writer, const fs::path& path, const std::string& reason) {
  const std::string before = read_text(path);
  EXPECT_THAT(error_of([&] { writer.save(results_with(5)); }), HasSubstr(path.string() + ": " + reason));
  EXPECT_EQ(read_text(path), before);
}

TEST(ResultsWriter, StopsWhenSomebodyElseHasChangedTheFile) {
  const Scratch folder;
  const fs::path path = folder / "R.h5";
  {
    ResultsWriter writer(path);
    save_results(path, results_with(4));  // between its start and its first saving
    expect_stopped(writer, path, "was changed by somebody else");
    EXPECT_EQ(cells_in(path), 4);
  }
  ResultsWriter writer(path);
  writer.save(results_with(2));
  writer.save(results_with(3));
  save_results(path, results_with(4));
  expect_stopped(writer, path, "was changed by somebody else");
  EXPECT_EQ(cells_in(path), 4) << "more than this job knows of";
  write_text(path, "text");
  expect_stopped(writer, path, "was changed by somebody else");
}

TEST(ResultsWriter, AFileThatIsChangedWhileItIsFlushedIsNotTakenForItsOwn) {
  const Scratch folder;
  const fs::path path = folder / "R.h5";
  ResultsWriter writer(path);
  save_results(folder / "other.h5", results_with(4));
  bool replaced = false;
  at_next_flush_of_a_directory = [&] {
    fs::rename(folder / "other.h5", path);
    replaced = true;
  };
  writer.save(results_with(2));
  ASSERT_TRUE(replaced);
  expect_stopped(writer, path, "was changed by somebody else");
  EXPECT_EQ(cells_in(path), 4);
}

TEST(ResultsWriter, AFileThatWasRemovedIsMadeAnew) {
  const Scratch folder;
  ResultsWriter writer(folder / "R.h5");
  writer.save(results_with(2));
  fs::remove(folder / "R.h5");
  writer.save(results_with(3));
  EXPECT_EQ(cells_in(folder / "R.h5"), 3);
}

TEST(ResultsWriter, StopsWhenItsLockHasAnotherOwner) {
  const Scratch folder;
  const fs::path path = folder / "R.h5";
  ResultsWriter writer(path);
  writer.save(results_with(1));
  fs::remove(folder / "R.h5.lock");
  const ResultsLock other(path, {.patience_seconds = 0});
  expect_stopped(writer, path, "was taken over by process");
}

TEST(ResultsWriter, BeatsEveryTenSeconds) {
  const Scratch folder;
  ResultsWriter writer(folder / "R.h5");
  const auto lock = [&] { return read_text(folder / "R.h5.lock"); };
  writer.beat(100);
  std::string before = lock();
  writer.beat(109.9);
  EXPECT_EQ(lock(), before);
  writer.beat(110);
  EXPECT_NE(lock(), before);
}

TEST(ResultsWriter, WarnsWhereThereAreNoLocks) {
  const Scratch folder;
  const ResultsWriter writer(folder / "R.h5", {.lock = [](int, int) {
                               errno = ENOLCK;
                               return -1;
                             }});
  ASSERT_THAT(writer.warnings(), SizeIs(1));
  EXPECT_THAT(writer.warnings()[0], HasSubstr("R.h5: its file system has no locks"));
}

TEST(ResultsWriter, RemovesWhatKilledWritersOfTheFileLeft) {
  const Scratch folder;
  write_text(folder / ".R.h5.somewhere.12.00c0ffee.tmp", "half of it");
  write_text(folder / ".S.h5.somewhere.12.00c0ffee.tmp", "of another file");
  ResultsWriter(folder / "R.h5").save(results_with(1));
  EXPECT_THAT(folder.names(), UnorderedElementsAre("R.h5", ".S.h5.somewhere.12.00c0ffee.tmp"));
}

}  // namespace results_writer_test
}  // namespace ohmcarlo::test
