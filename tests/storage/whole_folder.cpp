#include "storage/whole_folder.hpp"

#include <gmock/gmock.h>

#include "scratch.hpp"

namespace ohmcarlo::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(WholeFolder, IsThereOnlyOncePublished) {
  const Scratch scratch;
  {
    WholeFolder folder(scratch / "set", "mark", false);
    folder.write("mark", "1");
    folder.write("a/b/c", "deep");
    EXPECT_FALSE(fs::exists(scratch / "set"));
    folder.publish();
  }
  EXPECT_EQ(read_text(scratch / "set/a/b/c"), "deep");
  EXPECT_EQ(read_text(scratch / "set/mark"), "1");
}

TEST(WholeFolder, VanishesUnlessPublished) {
  const Scratch scratch;
  { WholeFolder(scratch / "set", "mark", false).write("mark", "1"); }
  EXPECT_FALSE(fs::exists(scratch / "set"));
}

TEST(WholeFolder, ReplacesOnlyAFolderOfItsKindAndOnlyIfTold) {
  const Scratch scratch;
  fs::create_directory(scratch / "set");
  write_text(scratch / "set/diary", "mine");
  for (const bool overwrite : {false, true})
    EXPECT_THAT(error_of([&] { WholeFolder(scratch / "set", "mark", overwrite); }), HasSubstr("set"));
  write_text(scratch / "set/mark", "1");
  EXPECT_THAT(error_of([&] { WholeFolder(scratch / "set", "mark", false); }), HasSubstr("set"));
  WholeFolder folder(scratch / "set", "mark", true);
  folder.write("mark", "2");
  EXPECT_EQ(read_text(scratch / "set/mark"), "1");
  folder.publish();
  EXPECT_EQ(read_text(scratch / "set/mark"), "2");
  EXPECT_FALSE(fs::exists(scratch / "set/diary"));
}

TEST(WholeFolder, HasOneMakerAtATime) {
  const Scratch scratch;
  const WholeFolder first(scratch / "set", "mark", false);
  EXPECT_THAT(error_of([&] { WholeFolder(scratch / "set", "mark", false); }), HasSubstr("set"));
}

}  // namespace
}  // namespace ohmcarlo::test
