#include "exchange/file_bytes.hpp"

#include <gmock/gmock.h>

#include "scratch.hpp"

namespace ohmcarlo::test {
namespace file_bytes_test {

TEST(FileBytes, AllBytesAreRead) {
  const Scratch folder;
  std::string text(100'000, 'x');
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(i * 7 + i / 251);  // zeros among them
  write_text(folder / "f", text);
  const std::vector<std::byte> bytes = file_bytes(folder / "f");
  ASSERT_EQ(bytes.size(), text.size());
  for (std::size_t i = 0; i < text.size(); ++i) ASSERT_EQ(static_cast<char>(bytes[i]), text[i]) << i;
}

// A model of the results that cannot be read is another error than a file that the user names as data.
TEST(FileBytes, WhatCannotBeReadIsBadData) {
  const Scratch folder;
  EXPECT_THAT(error_of([&] { (void)file_bytes(folder / "missing"); }, typeid(BadData)),
              ::testing::HasSubstr((folder / "missing").string()));
  EXPECT_THAT(error_of([&] { (void)file_bytes(folder.path()); }, typeid(BadData)),
              ::testing::HasSubstr(folder.path().string()));
}

// FIPS 180-2, appendix B.1 and B.2, and the hash of nothing.
TEST(FileBytes, ContentHasThePublishedHash) {
  const auto hash = [](const std::string& text) { return content_sha256(std::as_bytes(std::span(text))); };
  EXPECT_EQ(hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hash("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(hash(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

}  // namespace file_bytes_test
}  // namespace ohmcarlo::test
