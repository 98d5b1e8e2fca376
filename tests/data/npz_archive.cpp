#include "data/npz_archive.hpp"

#include <gmock/gmock.h>

#include "data/npz_files.hpp"
#include "scratch.hpp"

namespace ohmcarlo::test {
namespace npz_archive_test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(NpzArchive, HasItsMembersInTheirOrder) {
  const std::string bytes = zip_of({{"b.npy", npy("|u1", "(1,)", "x")}, {"a.txt", "y"}});
  const NpzArchive archive("w.npz", std::as_bytes(std::span(bytes)));
  EXPECT_THAT(archive.names(), ElementsAre("b.npy", "a.txt"));
  EXPECT_EQ(npz_array_name("b.npy"), "b");
  EXPECT_EQ(npz_array_name("a.txt"), "a.txt");
  EXPECT_THAT(error_of([] { const NpzArchive none("w.npz", std::as_bytes(std::span("no zip"))); }, typeid(BadData)),
              HasSubstr("w.npz: cannot be read as an .npz archive ("));
}

// 0x0102, 0x0304, 0x0506, 0x0708 as a 2 x 2 array whose columns come one after the other.
TEST(NpzMember, NumbersComeLowestByteFirstAndRowByRow) {
  const std::string bytes = zip_of({{"a.npy", npy(">u2", "(2, 2)", "\1\2\3\4\5\6\7\10", true)}});
  const NpzArchive archive("w.npz", std::as_bytes(std::span(bytes)));
  NpzMember member(archive, 0, "w");
  EXPECT_EQ(member.header().type, ">u2");
  EXPECT_TRUE(member.header().is_big_endian());
  EXPECT_THAT(member.header().sizes, ElementsAre(2, 2));
  EXPECT_THAT(member.take_numbers(4, 2), ElementsAre(2, 1, 6, 5, 4, 3, 8, 7));
}

TEST(NpzMember, SaysWhatIsWrong) {
  const auto refused = [](const std::string& array) {
    const std::string bytes = zip_of({{"a.npy", array}});
    const NpzArchive archive("w.npz", std::as_bytes(std::span(bytes)));
    return error_of([&] { (void)NpzMember(archive, 0, "w: a").take_numbers(2, 1); }, typeid(BadData));
  };
  EXPECT_EQ(refused("no array of numpy"), "w: a: it is no array of numpy");
  EXPECT_EQ(refused(npy("|u1", "(2,)", "x")), "w: a: it ends early");
  EXPECT_EQ(refused(npy("|u1", "(2,)", "xyz")), "w: a: it goes on after its array");
}

}  // namespace npz_archive_test
}  // namespace ohmcarlo::test
