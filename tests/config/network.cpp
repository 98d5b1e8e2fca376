#include "config/network.hpp"

#include "config/reading.hpp"

namespace ohmcarlo {
namespace network_test {

NetworkOptions network_of(const std::string& text) {
  Reading reading(text);
  FileCache files;
  return read_network(reading.reader, files);
}

TEST(NetworkTable, AnMlpHasWidthsAndAnActivation) {
  const NetworkOptions network = network_of("network.hidden = [30, 20]\nnetwork.activation = \"tanh\"\n");
  EXPECT_EQ(network.hidden, (std::vector<Index>{30, 20}));
  EXPECT_TRUE(network.layers.empty());
  EXPECT_FALSE(network.has_weights());
  EXPECT_FALSE(is_recurrent(network));
  EXPECT_THROW((void)network_of("[network]\narchitecture = \"list\"\nlayers = []\n"), BadUsage);
}

TEST(NetworkTable, AnLstmClassifiesSequencesOrFrames) {
  const std::string lstm = "network.architecture = \"lstm\"\nnetwork.cells = 9\n";
  const NetworkOptions words = network_of(lstm + "data.set = \"fsdd\"\n");
  EXPECT_EQ(words.layers, (std::vector<std::string>{"lstm 9", "last", "dense classes"}));
  EXPECT_TRUE(is_recurrent(words));
  const NetworkOptions phones =
      network_of(lstm + "network.gates = \"table\"\nnetwork.table_entries = 64\ndata.set = \"timit\"\n");
  EXPECT_EQ(phones.layers, (std::vector<std::string>{"lstm 9 table 64", "dense classes"}));
}

}  // namespace network_test
}  // namespace ohmcarlo
