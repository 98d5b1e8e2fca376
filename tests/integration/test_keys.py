"""`ohmcarlo check --keys` in its formats: the schema takes every experiment of this repository and refuses what the program
refuses."""

import json
import pathlib
import subprocess
import tomllib

import pytest
from lab import PROGRAM, TIMEOUT

EXPERIMENTS = sorted((pathlib.Path(__file__).resolve().parents[2] / "experiments").rglob("*.toml"))


def allows(schema, value, root):
    """Whether a value obeys a schema, as far as the words that the program's schema uses go (draft 7)."""
    known = {"$schema", "title", "definitions", "description", "default", "$ref", "type", "enum", "minimum", "maximum",
             "exclusiveMinimum", "items", "minItems", "maxItems", "uniqueItems", "properties", "additionalProperties",
             "required", "minProperties", "anyOf", "allOf"}
    assert set(schema) <= known
    if "$ref" in schema:
        return allows(root["definitions"][schema["$ref"].rsplit("/", 1)[1]], value, root)
    if "anyOf" in schema and not any(allows(each, value, root) for each in schema["anyOf"]):
        return False
    if not all(allows(each, value, root) for each in schema.get("allOf", [])):
        return False
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    kinds = {"boolean": isinstance(value, bool), "integer": number and value == int(value), "number": number,
             "string": isinstance(value, str), "array": isinstance(value, list), "object": isinstance(value, dict)}
    if "type" in schema and not kinds[schema["type"]]:
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    if number and not (schema.get("minimum", value) <= value <= schema.get("maximum", value)
                       and value > schema.get("exclusiveMinimum", value - 1)):
        return False
    if isinstance(value, list):
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            return False
        if schema.get("uniqueItems") and any(a == b for i, a in enumerate(value) for b in value[:i]):
            return False
        return all(allows(schema.get("items", {}), item, root) for item in value)
    if isinstance(value, dict):
        if len(value) < schema.get("minProperties", 0) or not set(schema.get("required", [])) <= set(value):
            return False
        named = schema.get("properties", {})
        if schema.get("additionalProperties") is False and not set(value) <= set(named):
            return False
        return all(allows(named[name], item, root) for name, item in value.items() if name in named)
    return True


def keys_as(form):
    return subprocess.run([PROGRAM, "check", "--keys", "--format", form], check=True, capture_output=True, text=True,
                          timeout=TIMEOUT).stdout


@pytest.fixture(scope="module")
def schema():
    return json.loads(keys_as("json-schema"))


def with_key(path, value):
    document = {}
    *tables, name = path.split(".")
    table = document
    for each in tables:
        table = table.setdefault(each, {})
    table[name] = value
    return document


@pytest.mark.parametrize("file", EXPERIMENTS, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_schema_takes_every_experiment(schema, file):
    assert allows(schema, tomllib.loads(file.read_text()), schema)


@pytest.mark.parametrize("path, good, bad", [
    ("training.epochs", [0, 10], [-1, 2.5, "ten", True, [1]]),
    ("training.learning_rate", [1, 0.5], [0, -0.1, "fast", 1e4]),
    ("training.method", ["plain", "ovf"], ["Plain", "", 3]),
    ("training.flip", [True, False], [0, "true"]),
    ("training.noise_sigma", ["tested", 0.1, 0], ["test", -1]),
    ("network.hidden", [[], [100, 50]], [100, [0], [1.5]]),
    ("network.layers", [["relu"]], ["relu", [1]]),
    ("hardware.adc.range", ["maximum", [-1, 1.5]], ["minimum", [1], [1, 2, 3], 4]),
    ("hardware.adc.range_from", [{"training.kurtosis.lambda": 0.0}], [{}, 3]),
    ("trials.count", [1, 4194304], [0, 4194305]),
])
def test_schema_takes_and_refuses_values_as_the_program_does(schema, path, good, bad):
    for value in good:
        assert allows(schema, with_key(path, value), schema), value
    for value in bad:
        assert not allows(schema, with_key(path, value), schema), value


def test_schema_refuses_unknown_keys_and_tables(schema):
    assert not allows(schema, {"trainings": {}}, schema)
    assert not allows(schema, {"training": {"epoch": 3}}, schema)
    assert not allows(schema, {"training": 3}, schema)


def test_schema_of_sweeps(schema):
    def sweep(key, value):
        return allows(schema, {"sweep": {key: value}}, schema)
    assert sweep("training.epochs", [1, 2]) and sweep("training", {"epochs": [1, 2]})
    assert sweep("hardware.variation.sigma", {"start": 0, "stop": 0.2, "step": 0.1})
    assert not sweep("training.epochs", []) and not sweep("training.epochs", [1, 1]) and not sweep("training.epochs", 1)
    assert not sweep("hardware.variation.sigma", {"start": 0, "stop": 1})
    assert not sweep("training.method", {"start": 0, "stop": 1, "step": 1})
    assert not sweep("training.replicas", [1, 2]) and not sweep("trials.count", [1, 2])


def test_defaults_obey_the_schema(schema):
    def leaves(node):
        for name, each in node["properties"].items():
            if name != "sweep":
                yield from leaves(each) if "properties" in each else [each]
    defaults = [leaf for leaf in leaves(schema) if "default" in leaf]
    assert len(defaults) > 100
    for leaf in defaults:
        assert allows({k: v for k, v in leaf.items() if k != "default"}, leaf["default"], schema), leaf


def test_text_and_page_list_every_key_of_the_schema(schema):
    paths = [line.split()[0] for line in keys_as("text").splitlines() if not line.startswith(" ")]
    assert len(paths) > 140
    document = keys_as("markdown")
    for path in paths:
        node = schema
        for part in path.split("."):
            node = node["properties"][part]
        assert node["description"]
        assert f"`{path.rsplit('.', 1)[1]}`" in document
