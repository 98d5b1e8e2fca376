#include "storage/whole_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scratch.hpp"

namespace ohmcarlo::whole_folder_test {
namespace whole_folder_test {

using test::error_of;
using test::read_text;
using test::Scratch;
using test::write_text;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(WholeFolder, IsThereOnlyOncePublished) {
  const Scratch scratch;
  WholeFolder folder(scratch / "set", "mark", false);
  folder.write("mark", "");
  folder.write("a/b.txt", "text");
  EXPECT_FALSE(std::filesystem::exists(scratch / "set"));
  folder.publish();
  EXPECT_EQ(read_text(scratch / "set/a/b.txt"), "text");
  EXPECT_THAT(scratch.names(), ElementsAre("set"));
}

TEST(WholeFolder, VanishesUnlessPublished) {
  const Scratch scratch;
  {
    const WholeFolder folder(scratch / "set", "mark", false);
    folder.write("mark", "");
    EXPECT_THAT(scratch.names(), ElementsAre(".set.tmp"));
  }
  EXPECT_THAT(scratch.names(), IsEmpty());
}

TEST(WholeFolder, ClearsWhatAKilledMakerLeft) {
  const Scratch scratch;
  std::filesystem::create_directories(scratch / ".set.tmp/old");
  write_text(scratch / ".set.tmp/old/file", "half");
  WholeFolder folder(scratch / "set", "mark", false);
  folder.write("new", "");
  folder.publish();
  EXPECT_TRUE(std::filesystem::exists(scratch / "set/new"));
  EXPECT_FALSE(std::filesystem::exists(scratch / "set/old"));
}

TEST(WholeFolder, HasOneMakerAtATime) {
  const Scratch scratch;
  const WholeFolder folder(scratch / "set", "mark", false);
  EXPECT_THAT(error_of([&] { WholeFolder(scratch / "set", "mark", false); }),
              HasSubstr("another process is making it"));
}

TEST(WholeFolder, ReplacesOnlyWhatWasMadeHereAndOnlyWhenTold) {
  const Scratch scratch;
  std::filesystem::create_directories(scratch / "set");
  write_text(scratch / "set/precious", "");
  EXPECT_THAT(error_of([&] { WholeFolder(scratch / "set", "mark", false); }), HasSubstr("exists"));
  EXPECT_THAT(error_of([&] { WholeFolder(scratch / "set", "mark", true); }), HasSubstr("it has no mark"));
  write_text(scratch / "set/mark", "");
  WholeFolder folder(scratch / "set", "mark", true);
  folder.write("mark", "new");
  folder.publish();
  EXPECT_EQ(read_text(scratch / "set/mark"), "new");
  EXPECT_FALSE(std::filesystem::exists(scratch / "set/precious"));
  EXPECT_THAT(scratch.names(), ElementsAre("set"));
}

}  // namespace whole_folder_test
}  // namespace ohmcarlo::whole_folder_test
