"""Names of axes, chosen values, and which axis becomes what."""

import numpy as np
import pytest
from ohmcarlo_analysis import UsageError, load
from ohmcarlo_analysis.reading.selection import Roles, as_text, choose_roles, fixed_values, resolve, select, short_key
from results_file import write_results

SIGMA, METHOD, BITS = "hardware.variation.sigma", "training.method", "hardware.adc.bits"


def test_a_name_is_a_key_or_its_last_part():
    keys = [SIGMA, METHOD, BITS, "hardware.dac.bits"]
    assert resolve("sigma", keys) == SIGMA and resolve(METHOD, keys) == METHOD and resolve("adc.bits", keys) == BITS
    for name, words in (("bits", "could be hardware.adc.bits or hardware.dac.bits"), ("igma", "no axis 'igma'; there is")):
        with pytest.raises(UsageError, match=words):
            resolve(name, keys)
    with pytest.raises(UsageError, match="nothing was swept"):
        resolve("sigma", [])


@pytest.fixture
def data(tmp_path):
    axes = {SIGMA: [0.0, 0.15, 0.3], METHOD: ["plain", "ovf"], BITS: [4, 8]}
    return load(write_results(tmp_path / "r.h5", axes, np.random.default_rng(1).uniform(size=(3, 2, 2, 2, 3))))


def test_values_are_chosen_as_they_are_written(data):
    assert select(data, ["sigma=0.15"])[SIGMA].values.tolist() == [0.15]
    assert select(data, ["sigma=.3,0", "replica=1"]).sizes["replica"] == 1
    assert select(data, ["sigma=.3,0"])[SIGMA].values.tolist() == [0.0, 0.3]  # in the order of the axis
    assert select(data, ["method = ovf"])[METHOD].values.tolist() == ["ovf"]
    wrong = {"sigma": "wants key=value", "sigma=0.2": "has no value 0.2; it has 0, 0.15, 0.3", "method=0": "no value"}
    for choice, words in wrong.items():
        with pytest.raises(UsageError, match=words):
            select(data, [choice])


def test_x_is_the_first_numeric_axis_and_lines_are_methods(data):
    one = select(data, ["bits=8"])
    assert choose_roles(one) == Roles(SIGMA, METHOD)
    assert choose_roles(one, x="method") == Roles(METHOD, SIGMA)
    assert choose_roles(select(one, ["method=ovf"])) == Roles(SIGMA, None)
    assert choose_roles(select(data, ["method=ovf"])) == Roles(SIGMA, BITS)
    assert choose_roles(select(data, ["sigma=0", "method=ovf", "bits=4"])) == Roles(SIGMA, None)  # one point: still on an axis
    with pytest.raises(UsageError, match="hardware.adc.bits has 4, 8"):
        choose_roles(data)
    with pytest.raises(UsageError, match="both name"):
        choose_roles(one, x="sigma", lines="variation.sigma")


def test_axes_left_with_one_value_are_named_in_the_note(data):
    one = select(data, ["bits=8"])
    assert fixed_values(one, choose_roles(one)) == {BITS: 8}
    assert short_key(SIGMA) == "variation.sigma" and as_text(0.1 + 0.2) == "0.3" and as_text(8) == "8"
