#include "config/accelerator.hpp"

#include "config/hardware_of.hpp"

namespace ohmcarlo {
namespace accelerator_test {

const std::string kConverters = kArrays + "weight_bits = 7\ndac.bits = 8\ndac.serial = true\nadc.bits = 8\n";

AcceleratorOptions accelerator_of(const std::string& keys, const std::string& hardware = kConverters) {
  const Hardware read = hardware_of(hardware + "[accelerator]\n" + keys);
  EXPECT_TRUE(read.accelerator.has_value());
  return read.accelerator.value_or(AcceleratorOptions{});
}

TEST(AcceleratorTable, IsNoPartOfAnExperimentThatDoesNotNameIt) {
  EXPECT_FALSE(hardware_of(kConverters).accelerator.has_value());
  const Point point = experiment_of(kConverters).points.front();
  EXPECT_EQ(point.chip_settings.text().find("accelerator"), std::string::npos);
}

// Training with the noise of the hardware reads its tables, but not this one: converters are swept without training.
TEST(AcceleratorTable, IsNoPartOfAnyTraining) {
  for (const std::string training : {"", "[training]\nmethod = \"noise-injection\"\nnoise = \"hardware\"\n"}) {
    const Point point = experiment_of(kConverters + "[accelerator]\nconverters = 2\n" + training).points.front();
    EXPECT_EQ(point.training_settings.text().find("accelerator"), std::string::npos);
    EXPECT_NE(point.chip_settings.text().find("accelerator.converters"), std::string::npos);
  }
}

TEST(AcceleratorTable, HasDefaults) {
  const AcceleratorOptions options = accelerator_of("components = \"32nm\"\n");
  EXPECT_EQ(options.converters, 4);
  EXPECT_EQ(options.arrays_per_element, 4);
  EXPECT_EQ(options.in_width, 32);
  EXPECT_EQ(options.out_width, 32);
  EXPECT_EQ(options.units, 128);
  EXPECT_EQ(options.clock, 1.28e9);
  EXPECT_DOUBLE_EQ(options.read_time, 1e-7);
  EXPECT_EQ(options.idle, IdleAccounting::none);
  EXPECT_EQ(options.interleave, 1);
  EXPECT_EQ(options.components.of(Component::adc).power_mw, 2);
}

TEST(AcceleratorTable, EachKeyReachesItsField) {
  EXPECT_EQ(accelerator_of("converters = 8\n").converters, 8);
  EXPECT_EQ(accelerator_of("arrays_per_element = 3\n").arrays_per_element, 3);
  EXPECT_EQ(accelerator_of("in_width = 5\n").in_width, 5);
  EXPECT_EQ(accelerator_of("out_width = 6\n").out_width, 6);
  EXPECT_EQ(accelerator_of("units = 7\n").units, 7);
  EXPECT_EQ(accelerator_of("clock = 1e9\n").clock, 1e9);
  EXPECT_EQ(accelerator_of("read_time = 2e-8\n").read_time, 2e-8);
  EXPECT_EQ(accelerator_of("idle = \"always-on\"\n").idle, IdleAccounting::always_on);
  EXPECT_EQ(accelerator_of("idle = \"leakage\"\nleakage = 0.25\n").leakage, 0.25);
  EXPECT_EQ(accelerator_of("components = \"130nm\"\n").components.of(Component::adc).power_mw, 26);
}

std::string component_file(double read_ns) {
  std::string text = "name, unit, power_mW, area_mm2, cycles_or_ns\n";
  for (const ComponentWord& word : component_words())
    text += fmt::format("{},{},3,0.5,{}\n", word.name, word.unit, word.name == "crossbar" ? read_ns : 1);
  return text;
}

TEST(AcceleratorTable, TakesComponentsFromAFileWhoseContentIsPartOfTheIdentity) {
  const auto text = [](const std::string& name) {
    return kConverters + "[accelerator]\ncomponents = \"" + name + "\"\n";
  };
  const std::string first = text(file_with("parts.csv", component_file(50)));
  EXPECT_DOUBLE_EQ(hardware_of(first).accelerator->read_time, 50e-9);
  EXPECT_EQ(hardware_of(first).accelerator->components.of(Component::dac).power_mw, 3);
  const std::string identity = experiment_of(first).points.front().chip_settings.text();
  EXPECT_EQ(experiment_of(text(file_with("same.csv", component_file(50)))).points.front().chip_settings.text(),
            identity);
  EXPECT_NE(experiment_of(text(file_with("other.csv", component_file(60)))).points.front().chip_settings.text(),
            identity);
  EXPECT_DOUBLE_EQ(hardware_of(first, {"accelerator.read_time=1e-8"}).accelerator->read_time, 1e-8);
}

TEST(AcceleratorTable, FileThatIsMissingOrWrongIsBadData) {
  EXPECT_THROW((void)accelerator_of("components = \"no-such-file.csv\"\n"), BadData);
  EXPECT_THROW((void)accelerator_of("components = \"" + file_with("bad.csv", "adc\n") + "\"\n"), BadData);
}

TEST(AcceleratorTable, NeedsConvertersAndSerialInputs) {
  const auto why = [](const std::string& hardware) {
    return refused(kArrays + hardware + "[accelerator]\nconverters = 4\n");
  };
  EXPECT_THAT(why("adc.bits = 8\n"), HasSubstr("[accelerator] counts reads of one bit each"));
  EXPECT_THAT(why("adc.bits = 8\ndac.bits = 8\n"), HasSubstr("[accelerator] counts reads of one bit each"));
  EXPECT_THAT(why("dac.bits = 8\ndac.serial = true\n"),
              HasSubstr("[accelerator] counts conversions: it needs 'hardware.adc.bits'"));
  EXPECT_THAT(why("dac.bits = 8\ndac.serial = true\nadc.bits = 8\nideal_layers = [1]\n"),
              HasSubstr("remove 'hardware.ideal_layers'"));
}

TEST(AcceleratorTable, WithoutArraysIsNotUsed) {
  EXPECT_THAT(refused("data.set = \"mnist\"\n[accelerator]\nconverters = 4\n"), HasSubstr("accelerator.converters"));
}

TEST(AcceleratorTable, ThatIsEmptyIsRefused) {
  EXPECT_EQ(refused(kConverters + "[accelerator]\n"),
            "a.toml:8: [accelerator] is empty (it needs a key, components = \"32nm\" at least)");
}

TEST(AcceleratorTable, FitsItsNetwork) {
  const auto why = [](const std::string& keys, const std::string& hardware) {
    return refused(kConverters + hardware + "[accelerator]\n" + keys);
  };
  EXPECT_EQ(why("converters = 65\n", "tile_columns = 64\n"),
            "a.toml:10: 'accelerator.converters' is 65 (allowed: 1 to 64, the columns of an array)");
  EXPECT_EQ(why("converters = 64\n", "tile_columns = 64\n"), "nothing was refused");
  EXPECT_EQ(why("converters = 101\n[network]\nhidden = [100]\n", ""),
            "a.toml:9: 'accelerator.converters' is 101 (allowed: 1 to 100, the columns of an array)");
  // Of the widest array: a group of the convolution has 3 columns, the dense layer 10.
  EXPECT_EQ(
      why("converters = 11\n[network]\narchitecture = \"list\"\nlayers = [\"conv 4\", \"relu\", \"conv 12 groups 4\", "
          "\"relu\", \"flatten\", \"dense classes\"]\n",
          ""),
      "a.toml:9: 'accelerator.converters' is 11 (allowed: 1 to 10, the columns of an array)");
  EXPECT_THAT(why("interleave = 2\n", ""), HasSubstr("'accelerator.interleave': only steps of a recurrent network"));
  EXPECT_THAT(why("leakage = 0.2\n", ""), HasSubstr("accelerator.leakage"));
  EXPECT_THAT(why("converters = 0\n", ""), HasSubstr("accelerator.converters"));
}

}  // namespace accelerator_test
}  // namespace ohmcarlo
