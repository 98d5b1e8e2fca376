#include "config/storage.hpp"

#include "config/reading.hpp"

namespace ohmcarlo {
namespace storage_test {

TEST(StorageTable, HasSecondsBetweenSavings) {
  Reading none("data.set = \"mnist\"\n"), half("storage.checkpoint_seconds = 0.5\n");
  EXPECT_EQ(read_storage(none.reader).checkpoint_seconds, 30);
  EXPECT_EQ(read_storage(half.reader).checkpoint_seconds, 0.5);
}

}  // namespace storage_test
}  // namespace ohmcarlo
