"""Write results files as ohmcarlo does, for tests: the layout of schema 1.0, values chosen by the test."""

import hashlib

import h5py
import numpy as np

TOML = '[experiment]\nname = "demo"\n[data]\nset = "mnist"\n'
TEXT = h5py.string_dtype("utf-8")


def write_results(
    path, axes, accuracy, *, clean=None, state=None, replicas=None, trials=None, metrics=None, attributes=None, settings=None,
):  # fmt: skip
    """Write one results file and return its path.

    axes: {swept key: values}, in order. accuracy: array of shape (axes ..., replica, trial), NaN = not run. clean: shape
    (axes ..., replica). state: default 1 where accuracy is finite, else 0. metrics: further {name: array like accuracy}, or
    with one dimension more: `layer`, 1, 2, ... settings: the group /settings of schema 1.1, {key: value that all points share,
    or (swept keys, array over them)}; None: a file of schema 1.0.
    """
    accuracy = np.asarray(accuracy, float)
    state = np.where(np.isfinite(accuracy), 1, 0) if state is None else np.asarray(state)
    replicas = np.arange(accuracy.shape[-2]) if replicas is None else replicas
    trials = np.arange(accuracy.shape[-1]) if trials is None else trials
    with h5py.File(path, "w") as file:
        file.attrs.update({
            "schema_version": "1.0", "ohmcarlo_version": "0.1.0", "git_commit": "0123456789abcdef", "experiment_toml": TOML,
            "experiment_hash": "feedc0de12345678", "seed": np.uint64(1), "status": "complete", "experiment_name": "demo",
        })  # fmt: skip
        for name, value in (attributes or {}).items():
            if value is None:
                del file.attrs[name]
            else:
                file.attrs[name] = value
        group = file.create_group("results")
        scales = {}
        for name, values in {**axes, "replica": replicas, "trial": trials}.items():
            values = np.asarray(values)
            text = values.dtype.kind in "UO"
            scale = group.create_dataset(name, data=values.astype(object) if text else values, dtype=TEXT if text else None)
            scale.make_scale(name)
            file[name] = scale
            scales[name] = scale
        names = [*axes, "replica", "trial"]
        _dataset(group, "accuracy", accuracy, names, scales)
        _dataset(group, "state", state.astype(np.uint8), names, scales)
        for name, values in (metrics or {}).items():
            values = np.asarray(values, float)
            own = ["layer"] * (values.ndim - accuracy.ndim)
            if own and "layer" not in scales:
                scales["layer"] = file["layer"] = group.create_dataset("layer", data=np.arange(values.shape[-1]) + 1)
                scales["layer"].make_scale("layer")
            _dataset(group, name, values, [*names, *own], scales)
        if clean is not None:
            _dataset(group, "clean_accuracy", np.asarray(clean, float), names[:-1], scales)
        if settings is not None:
            file.attrs["schema_version"] = "1.1"
            _write_settings(file.create_group("settings"), settings, scales)
    return seal(path)


def seal(path):
    """Append the checksum of a file to it, as ohmcarlo does; return its path."""
    with open(path, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    with open(path, "a") as file:
        file.write(f"sha256 {digest}\n")
    return str(path)


def _write_settings(group, settings, scales):
    for key, value in settings.items():
        if not isinstance(value, tuple):
            group.attrs[key] = value
            continue
        names, values = value
        values = np.asarray(values)
        text = values.dtype.kind in "UO"
        item = group.create_dataset(key, data=values.astype(object) if text else values, dtype=TEXT if text else None)
        for index, name in enumerate(names):
            item.dims[index].attach_scale(scales[name])


def _dataset(group, name, values, dimensions, scales):
    item = group.create_dataset(name, data=values)
    for index, dimension in enumerate(dimensions):
        item.dims[index].attach_scale(scales[dimension])


def write_summary(path, group, metric, columns, interval_over=None):
    """Add /<group>/<metric>/<name> for each of `columns` to a results file."""
    with h5py.File(path, "a") as file:
        target = file.require_group(group).create_group(metric)
        if interval_over:
            file[group].attrs["interval_over"] = interval_over
        for name, values in columns.items():
            target.create_dataset(name, data=values)
    seal(path)


def demo(path, methods=("plain", "noise-injection"), sigmas=np.arange(9) * 5 / 100, replicas=1, chips=200, seed=3, floor=0.1):
    """A results file that looks like a real one: accuracy falls from 98 % to chance as sigma grows."""
    random = np.random.default_rng(seed)
    sigmas = np.round(np.asarray(sigmas, float), 10)
    half = np.linspace(0.21, 0.52, len(methods)) if len(methods) > 1 else np.array([0.3])
    shape = (len(sigmas), len(methods), replicas, chips)
    accuracy, clean = np.empty(shape), np.empty(shape[:-1])
    for s, sigma in enumerate(sigmas):
        for m in range(len(methods)):
            for r in range(replicas):
                top = 0.978 - 0.004 * m + 0.0008 * random.standard_normal()
                centre = half[m] + 0.012 * random.standard_normal()
                mean = floor + (top - floor) / (1 + (sigma / centre) ** 4)
                spread = 0.02 * sigma + 1.1 * (mean - floor) * (top - mean) * (sigma / 0.4 + 0.2)
                draws = mean + spread * random.standard_normal(chips)
                accuracy[s, m, r] = np.round(np.clip(draws, 0.04, top + 0.002) * 10000) / 10000 if sigma else round(top, 4)
                clean[s, m, r] = round(top, 4)
    axes = {"hardware.variation.sigma": sigmas, "training.method": list(methods)}
    return write_results(path, axes, accuracy, clean=clean, attributes={"experiment_name": "defects-mlp"})
