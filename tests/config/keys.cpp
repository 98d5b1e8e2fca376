#include "config/keys.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace keys_test {

TEST(Keys, HavePathsOfTheirOwnAndMeanings) {
  std::set<std::string_view> paths;
  for (const Key& key : all_keys()) {
    EXPECT_TRUE(paths.insert(key.path).second) << key.path;
    EXPECT_FALSE(key.help.empty()) << key.path;
    EXPECT_FALSE(key.table().empty()) << key.path;
  }
}

TEST(Keys, AreFoundByPathAndByName) {
  for (std::size_t i = 0; i < all_keys().size(); ++i) {
    EXPECT_EQ(find_key(all_keys()[i].path), &all_keys()[i]);
    EXPECT_EQ(id_of(KeyName(all_keys()[i].path)), i);
  }
  EXPECT_EQ(all_keys()[id_of("training.epochs")].path, "training.epochs");
  EXPECT_EQ(find_key("training.epoch"), nullptr);
  EXPECT_EQ(find_key(""), nullptr);
  EXPECT_THROW((void)id_of("training.epoch"), std::logic_error);
}

TEST(Keys, OfATableStandTogether) {
  std::set<std::string_view> done;
  std::string_view table;
  for (const Key& key : all_keys()) {
    const std::string_view first = key.path.substr(0, key.path.find('.'));
    if (first == table) continue;
    EXPECT_TRUE(done.insert(first).second) << key.path;
    table = first;
  }
}

TEST(Keys, AreSortedByPath) {
  const std::vector<KeyId>& ids = ids_by_path();
  ASSERT_EQ(ids.size(), all_keys().size());
  for (std::size_t i = 1; i < ids.size(); ++i) EXPECT_LT(all_keys()[ids[i - 1]].path, all_keys()[ids[i]].path);
}

TEST(Keys, DefaultsAreAllowedAndRecorded) {
  for (std::size_t i = 0; i < all_keys().size(); ++i) {
    const Key& key = all_keys()[i];
    const RecordedValue* found = find_default(static_cast<KeyId>(i));
    ASSERT_EQ(found != nullptr, !key.fallback.empty()) << key.path;
    if (found == nullptr) continue;
    EXPECT_EQ(found->line.substr(0, key.path.size()), key.path);
    if (const auto* number = std::get_if<double>(&found->value)) {
      EXPECT_TRUE(key.takes(*number)) << key.path;
    }
    if (const auto* whole = std::get_if<std::int64_t>(&found->value)) {
      EXPECT_TRUE(key.takes(static_cast<double>(*whole))) << key.path;
    }
    if (const auto* word = std::get_if<std::string>(&found->value); word != nullptr && !key.words.empty()) {
      EXPECT_NE(std::ranges::find(key.words, *word), key.words.end()) << key.path;
    }
  }
}

TEST(NearestKey, ForgivesSpellingAndTables) {
  EXPECT_EQ(nearest_key("training.epoch"), "training.epochs");
  EXPECT_EQ(nearest_key("training.lr"), "training.learning_rate");
  EXPECT_EQ(nearest_key("lr"), "training.learning_rate");
  EXPECT_EQ(nearest_key("seed"), "experiment.seed");
  EXPECT_EQ(nearest_key("hardware.sigma"), "hardware.variation.sigma");
}

}  // namespace keys_test
}  // namespace ohmcarlo
