"""The module `ohmcarlo`: experiments, products and keys from Python, on the program under test."""

import json
import pathlib
import subprocess
import sys
import tomllib

import numpy as np
import ohmcarlo
import pytest
from lab import KEYS, PROGRAM, SWEEP, clean_environment, difference

NOTEBOOK = pathlib.Path(__file__).resolve().parents[2] / "experiments" / "first-look.ipynb"


@pytest.fixture(autouse=True)
def program_under_test(monkeypatch):
    for name, value in clean_environment(OHMCARLO=PROGRAM).items():
        monkeypatch.setenv(name, value)


def tables(lab):
    """The tiny experiment as a dict."""
    flat = tomllib.loads("\n".join(f"{key} = {value}" for key, value in {**KEYS, "data.directory": f'"{lab.data}"'}.items()))
    return flat | {"sweep": tomllib.loads("\n".join(f'"{key}" = {value}' for key, value in SWEEP.items()))}


def test_toml_says_what_the_dict_says():
    experiment = {
        "a": {"b": 1, "c": {"d": [1, 2.0, 3.5]}, "text": 'quote " and \\ and \n and é', "on": True},
        "e.f": np.float64(1e-20), "g": np.array([1, 2]), "h": float("inf"), "path": pathlib.Path("/x y"),
        "sweep": {"hardware.variation.sigma": [0.1, 0.2], "x.y": {"start": 0, "stop": 1, "step": 0.5}},
    }  # fmt: skip
    read = tomllib.loads(ohmcarlo.to_toml(experiment))
    assert read == {
        "a": experiment["a"], "e": {"f": 1e-20}, "g": [1, 2], "h": float("inf"), "path": "/x y",
        "sweep": {"hardware.variation.sigma": [0.1, 0.2], "x.y": {"start": 0, "stop": 1, "step": 0.5}},
    }  # fmt: skip
    with pytest.raises(TypeError, match="a.b: a NoneType"):
        ohmcarlo.to_toml({"a": {"b": None}})


def test_a_dict_runs_like_its_file(lab, finished, capfd):
    results = ohmcarlo.run(tables(lab), out=lab.file())
    assert difference(lab.file(), finished.file()) == ""
    assert results.attrs["status"] == "complete" and results["accuracy"].dims[-1] == "trial"
    assert "chips" in capfd.readouterr().err
    again = ohmcarlo.run(lab.path / "experiment.toml", out=lab.file(), progress=False)  # all is there
    assert again.equals(results) and capfd.readouterr().err == ""


def test_ranks_and_overrides(lab, finished):
    lab.use_models(finished)
    results = ohmcarlo.run(
        lab.path / "experiment.toml", out=lab.file(), ranks=2, overrides={"hardware.variation.sigma": [0.1], "trials.count": 3}
    )
    assert results.sizes["trial"] == 3 and results.sizes["hardware.variation.sigma"] == 1


def test_errors_are_the_programs_own(lab):
    with pytest.raises(ohmcarlo.OhmcarloError, match="hardware.adc.bitz") as caught:
        ohmcarlo.run({"data": {"set": "mnist"}, "hardware": {"adc": {"bitz": 3}}})
    assert caught.value.exit_status == 2
    lab.run()
    with pytest.raises(ohmcarlo.OhmcarloError, match="exists") as caught:
        ohmcarlo.run(lab.path / "experiment.toml", out=lab.file(), resume=False)
    assert caught.value.exit_status == 4


def test_vmm_is_a_product_and_chips_differ():
    generator = np.random.default_rng(1)
    weights, inputs = generator.normal(size=(5, 7)), generator.random((3, 7))
    exact = ohmcarlo.vmm({"weight_bits": 12, "cell_bits": 4}, weights, inputs)
    assert exact.shape == (3, 5)
    assert np.abs(exact - inputs @ weights.T).max() < 7 * np.abs(weights).max() / 2**12
    single = ohmcarlo.vmm({"weight_bits": 12, "cell_bits": 4}, weights, inputs[1])  # scales are those of its own inputs
    assert single.shape == (5,) and np.allclose(single, exact[1], atol=1e-5)
    noisy = [ohmcarlo.vmm({"variation": {"sigma": 0.1}}, weights, inputs, chip=chip) for chip in (0, 1, 0)]
    assert not np.array_equal(noisy[0], noisy[1]) and np.array_equal(noisy[0], noisy[2])
    with pytest.raises(ValueError, match="do not fit"):
        ohmcarlo.vmm({}, weights, inputs[:, :3])


def test_keys_say_what_they_are():
    found = ohmcarlo.keys()
    assert len(found) > 100
    sigma = found["hardware.variation.sigma"]
    assert sigma.swept and sigma.default and "number" in sigma.allowed
    assert not found["experiment.seed"].swept


def test_the_program_is_looked_for(monkeypatch, tmp_path):
    monkeypatch.setenv("OHMCARLO", str(tmp_path / "nowhere"))
    with pytest.raises(ohmcarlo.OhmcarloError, match="OHMCARLO="):
        ohmcarlo.keys()


def test_the_notebook_runs(lab, tmp_path):
    """Its cells one after the other in a fresh Python, on the tests' data."""
    cells = json.loads(NOTEBOOK.read_text())["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    assert len(code) >= 5 and all(not cell.get("outputs") for cell in cells), "kept without outputs"
    script = tmp_path / "notebook.py"
    script.write_text("import matplotlib\nmatplotlib.use('agg')\n" + "\n".join(code))
    folder = tmp_path / "data" / "fashion-mnist"
    folder.parent.mkdir()
    folder.symlink_to(lab.data)
    analysis = str(pathlib.Path(ohmcarlo.__file__).parents[1])
    environment = clean_environment(OHMCARLO=PROGRAM, OHMCARLO_DATA=folder.parent, PYTHONPATH=analysis, VALIDATION=40)
    done = subprocess.run([sys.executable, script], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "noise-injection" in done.stdout
