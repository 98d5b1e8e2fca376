#include "app/provenance.hpp"

#include <cstdlib>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace provenance_test {

TEST(Provenance, SaysWhenWhereAndHow) {
  unsetenv("SLURM_JOB_ID");
  const auto run = describe_run({"node1", "node2", "node2"}, {"a.toml", "--out", "r.h5"}, "cuda (H100)");
  const auto text = [&](const std::string& name) {
    for (const auto& [known, value] : run)
      if (known == name) return value;
    return std::string("nothing");
  };
  EXPECT_EQ(text("command"), "ohmcarlo run a.toml --out r.h5");
  EXPECT_EQ(text("ranks"), "3");
  EXPECT_EQ(text("hosts"), "node1 node2 node2");
  EXPECT_EQ(text("slurm_job"), "nothing");
  EXPECT_EQ(text("device"), "cuda (H100)");
  EXPECT_NE(text("program").find("HDF5"), std::string::npos);
  EXPECT_EQ(text("started").size(), std::string("2024-05-06T07:08:09Z").size());
}

TEST(Provenance, NamesTheBatchJob) {
  setenv("SLURM_JOB_ID", "4711", 1);
  const auto run = describe_run({"node1"}, {}, "cpu");
  unsetenv("SLURM_JOB_ID");
  EXPECT_EQ(run.back(), (std::pair<std::string, std::string>{"slurm_job", "4711"}));
}

}  // namespace provenance_test
}  // namespace ohmcarlo
