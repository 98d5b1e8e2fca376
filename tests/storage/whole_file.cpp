#include "storage/whole_file.hpp"

#include <csignal>
#include <functional>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scratch.hpp"

namespace ohmcarlo::test {
namespace whole_file_test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

std::vector<std::byte> bytes_of(const std::string& text) {
  const auto* start = reinterpret_cast<const std::byte*>(text.data());
  return {start, start + text.size()};
}

/// Exit status of `body` in a process of its own: limits and signals stay there.
int in_child(const std::function<int()>& body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

TEST(WholeFile, ReadsBackWhatWasWrittenAndLeavesNothingElse) {
  const Scratch folder;
  for (const std::string& text : {std::string("first"), std::string(), std::string(300000, 'x')}) {
    write_whole(folder / "R.h5", bytes_of(text));
    EXPECT_EQ(read_whole(folder / "R.h5"), bytes_of(text));
    EXPECT_THAT(folder.names(), ElementsAre("R.h5"));
  }
}

TEST(WholeFile, WritesIntoTheCurrentDirectoryWithoutOneInThePath) {
  const Scratch folder;
  EXPECT_EQ(in_child([&] {
              if (::chdir(folder.path().c_str()) != 0) return 1;
              write_whole("R.h5", bytes_of("text"));
              return 0;
            }),
            0);
  EXPECT_EQ(read_text(folder / "R.h5"), "text");
}

TEST(WholeFile, MissingDirectoryIsAnError) {
  const Scratch folder;
  const fs::path path = folder / "missing/R.h5";
  EXPECT_THAT(error_of([&] { write_whole(path, bytes_of("text")); }), StartsWith(path.string() + ": cannot write"));
  EXPECT_THAT(folder.names(), IsEmpty());
}

TEST(WholeFile, DirectoryInItsPlaceIsAnErrorAndStays) {
  const Scratch folder;
  fs::create_directories(folder / "R.h5/inner");
  EXPECT_THAT(error_of([&] { write_whole(folder / "R.h5", bytes_of("text")); }), HasSubstr("cannot save 4 bytes"));
  EXPECT_THAT(folder.names(), ElementsAre("R.h5"));
  EXPECT_TRUE(fs::exists(folder / "R.h5/inner"));
}

// A write that stops half way: the kernel's limit on the size of files stands for a full disk.
TEST(WholeFile, LinksAreFollowed) {
  const Scratch here, there;
  write_text(there / "R.h5", "old");
  fs::create_symlink(there / "R.h5", there / "absolute");
  fs::create_symlink("../" + there.path().filename().string() + "/absolute", here / "relative");
  write_whole(here / "relative", bytes_of("new"));
  EXPECT_TRUE(fs::is_symlink(here / "relative") && fs::is_symlink(there / "absolute"));
  EXPECT_EQ(read_text(there / "R.h5"), "new");
  EXPECT_THAT(here.names(), ElementsAre("relative"));
  EXPECT_THAT(there.names(), ::testing::UnorderedElementsAre("R.h5", "absolute"));
  EXPECT_EQ(behind_links(here / "relative"), fs::canonical(there / "R.h5"));
}

TEST(WholeFile, PathsThatAreNoLinksStandForThemselves) {
  const Scratch folder;
  fs::create_symlink("nowhere", folder / "dangling");
  fs::create_symlink("loop", folder / "loop");
  for (const char* name : {"missing", "dangling", "loop"}) EXPECT_EQ(behind_links(folder / name), folder / name);
  EXPECT_EQ(behind_links("R.h5"), "R.h5");
}

TEST(WholeFile, FailureHalfWayKeepsTheOldFileAndLeavesNoTemporary) {
  const Scratch folder;
  write_text(folder / "R.h5", "old");
  const auto too_much = [&] {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{4096, 4096};
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 1;
    try {
      write_whole(folder / "R.h5", bytes_of(std::string(100000, 'x')));
    } catch (const Error& error) {
      const std::string text = error.what();
      return typeid(error) == typeid(UnusableResults) && text.find("R.h5: cannot save") != std::string::npos ? 0 : 2;
    }
    return 3;
  };
  EXPECT_EQ(in_child(too_much), 0);
  EXPECT_EQ(read_text(folder / "R.h5"), "old");
  EXPECT_THAT(folder.names(), ElementsAre("R.h5"));
}

TEST(WholeFile, PermissionsStayAsTheyWere) {
  const Scratch folder;
  write_text(folder / "R.h5", "old");
  for (const mode_t mode : {0600, 0640, 0666, 0444}) {
    ASSERT_EQ(::chmod((folder / "R.h5").c_str(), mode), 0);
    write_whole(folder / "R.h5", bytes_of("new"));
    struct stat found {};
    ASSERT_EQ(::stat((folder / "R.h5").c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 07777, mode);
  }
}

TEST(WholeFile, WhatItReplacesStaysWhereThatIsAskedFor) {
  const Scratch folder;
  const fs::path file = folder / "R.h5";
  EXPECT_EQ(previous_of(file), folder / "R.h5.previous");
  write_whole(file, bytes_of("1"), {.keep_previous = true});  // nothing to keep
  EXPECT_THAT(folder.names(), ElementsAre("R.h5"));
  for (const std::string text : {"2", "3", "4"}) {
    const std::string before = read_text(file);
    write_whole(file, bytes_of(text), {.keep_previous = true});
    EXPECT_EQ(read_text(file), text);
    EXPECT_EQ(read_text(folder / "R.h5.previous"), before);
    EXPECT_THAT(folder.names(), ::testing::UnorderedElementsAre("R.h5", "R.h5.previous"));
  }
  write_whole(file, bytes_of("5"));
  EXPECT_EQ(read_text(folder / "R.h5.previous"), "3") << "the earlier one, if none is asked for";
}

TEST(WholeFile, ALastLookThatThrowsKeepsTheOldFile) {
  const Scratch folder;
  write_text(folder / "R.h5", "old");
  EXPECT_THAT(error_of([&] {
                write_whole(
                    folder / "R.h5", bytes_of("new"),
                    {.keep_previous = true, .last_look = [](std::span<const std::byte>) { fail_results("no"); }});
              }),
              ::testing::StrEq("no"));
  EXPECT_EQ(read_text(folder / "R.h5"), "old");
  EXPECT_THAT(folder.names(), ElementsAre("R.h5"));
}

TEST(WholeFile, TemporariesOfKilledProcessesAreRemovedAndNoOthers) {
  const Scratch folder;
  write_text(folder / "notes.tmp", "no temporary of ours");
  const int killed = in_child([&] {
    write_whole(folder / "R.h5", bytes_of("text"), {.last_look = [](std::span<const std::byte>) { ::raise(SIGKILL); }});
    return 0;
  });
  ASSERT_EQ(killed, 1000 + SIGKILL);
  ASSERT_EQ(folder.names().size(), 2U);
  remove_abandoned_temporaries(folder.path(), "S.h5.");
  EXPECT_EQ(folder.names().size(), 2U) << "of another file";
  const auto clear_up = [&](std::span<const std::byte>) { remove_abandoned_temporaries(folder.path(), "R.h5."); };
  write_whole(folder / "R.h5", bytes_of("text"), {.last_look = clear_up});  // alive itself, or renaming it would fail
  EXPECT_THAT(folder.names(), ::testing::UnorderedElementsAre("R.h5", "notes.tmp"));
}

TEST(WholeFile, AReaderNeedNotWaitForTheLockOfTheNewFile) {
  const Scratch folder;
  int for_readers = -1, for_writers = 0;
  const auto look = [&](std::span<const std::byte>) {
    const std::string name = folder.names().at(0);
    const int file = ::open((folder / name).c_str(), O_RDONLY | O_CLOEXEC);
    for_writers = ::flock(file, LOCK_EX | LOCK_NB);  // by this, others know that somebody writes
    for_readers = ::flock(file, LOCK_SH | LOCK_NB);
    ::close(file);
  };
  write_whole(folder / "R.h5", bytes_of("text"), {.last_look = look});
  EXPECT_EQ(for_readers, 0);
  EXPECT_EQ(for_writers, -1);
}

TEST(WholeFile, WhatCannotBeReadIsAnError) {
  const Scratch folder;
  EXPECT_THAT(error_of([&] { (void)read_whole(folder / "missing"); }), HasSubstr("missing: cannot be read"));
  EXPECT_THAT(error_of([&] { (void)read_whole(folder.path()); }), HasSubstr("cannot be read"));
}

}  // namespace whole_file_test
}  // namespace ohmcarlo::test
