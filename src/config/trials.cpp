#include "config/trials.hpp"

namespace ohmcarlo {

std::vector<Key> trials_keys() {
  using enum KeyType;
  return {
      {.path = "trials.count",
       .type = integer,
       .fallback = "100",
       .low = 1,
       .high = 4194304,
       .changes_results = false,
       .sweepable = false,
       .help = "chips of each point and replica"},
      {.path = "trials.common_random_numbers",
       .type = boolean,
       .fallback = "true",
       .sweepable = false,
       .help = "whether chip t is the same at every point"},
      {.path = "trials.weight_statistics",
       .type = boolean,
       .fallback = "false",
       .help = "whether the kurtosis of the model's weights, and how well 8-bit codes would hold them, are kept"},
      {.path = "trials.class_accuracy",
       .type = boolean,
       .fallback = "false",
       .help = "whether the accuracy of every class of every chip is kept"},
      {.path = "trials.confusion",
       .type = boolean,
       .fallback = "false",
       .help = "whether the confusion matrix of every chip is kept"},
  };
}

TrialsOptions read_trials(Reader& reader) {
  return {.count = static_cast<std::size_t>(reader.integer("trials.count")),
          .common_random_numbers = reader.boolean("trials.common_random_numbers"),
          .kept = {.class_accuracy = reader.boolean("trials.class_accuracy"),
                   .confusion = reader.boolean("trials.confusion"),
                   .weight_statistics = reader.boolean("trials.weight_statistics")}};
}

}  // namespace ohmcarlo
