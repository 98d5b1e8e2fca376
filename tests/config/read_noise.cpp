#include "config/read_noise.hpp"

#include "config/hardware_of.hpp"

namespace ohmcarlo {
namespace read_noise_test {

TEST(Hardware, LawsOfTheReadNoise) {
  const auto noise = [](const std::string& more, const char* bits = "weight_bits = 4\n") {
    return arrays_of(kArrays + "g_min = 1e-5\ng_max = 5e-5\n" + bits + more);
  };
  const auto sigma = [&](const char* model) {
    return noise(std::string("read_noise.model = \"") + model + "\"\nread_noise.sigma = 0.5\n").read_noise;
  };
  EXPECT_EQ(sigma("gaussian")(3), 7.5F);                      // of 15 steps
  EXPECT_FLOAT_EQ(sigma("proportional")(15), 0.5F * 18.75F);  // 50 uS are 15 + 3.75 steps
  const SdLaw margin =
      noise("read_noise.model = \"margin\"\nread_noise.on_sd = 0.5\nread_noise.off_sd = 0.25\n").read_noise;
  EXPECT_FLOAT_EQ(margin(0), 0.25F * 15);
  EXPECT_FLOAT_EQ(margin(15), 0.5F * 15);
  const SdLaw fit =
      noise("read_noise.model = \"polynomial\"\nread_noise.coefficients = [4, 0, 0]\nread_noise.scale = 0.5\n")
          .read_noise;
  EXPECT_FLOAT_EQ(fit(7), 2 / (40.0F / 15));  // 2 uS
}

TEST(Hardware, TheFormOfTheReadNoiseIsColumnsWhereThatIsExact) {
  const std::string noise = "read_noise.model = \"gaussian\"\nread_noise.sigma = 0.1\n";
  EXPECT_EQ(arrays_of(kCells + noise).read_form, ReadForm::columns);
  EXPECT_EQ(arrays_of(kCells + noise + "read_noise.form = \"columns\"\n").read_form, ReadForm::columns);
  EXPECT_EQ(arrays_of(kCells + noise + "read_noise.form = \"cells\"\n").read_form, ReadForm::cells);
  EXPECT_EQ(arrays_of(kCells + noise + "wires.row_ohm = 1\n").read_form, ReadForm::cells);
  EXPECT_THAT(refused(kCells + noise + "wires.row_ohm = 1\nread_noise.form = \"columns\"\n"),
              HasSubstr("a.toml:9: 'hardware.read_noise.form': one draw a column is not exact: wires"));
}

}  // namespace read_noise_test
}  // namespace ohmcarlo
