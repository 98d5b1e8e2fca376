"""Weights of a torch model for `network.weights`:

    export(model, {"conv1": "conv1", "bn1": "norm1", "fc": "dense1"}, "net.npz")
"""

import numpy as np


def export(model, layers, path):
    """`layers`: the modules of the model by name, and the names that `ohmcarlo check` gives to these layers."""
    arrays = {}
    for module, layer in ((model.get_submodule(name), layer) for name, layer in layers.items()):
        if hasattr(module, "running_mean"):  # a normalisation; epsilon must be torch's default, 1e-5
            parts = {"gamma": module.weight, "beta": module.bias, "mean": module.running_mean, "variance": module.running_var}
        else:
            parts = {"weights": module.weight, "bias": module.bias}
        arrays |= {f"{layer}.{part}": values.detach().numpy() for part, values in parts.items() if values is not None}
    np.savez(path, **arrays)
