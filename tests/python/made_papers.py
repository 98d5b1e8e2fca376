"""Results files of the papers' experiments, made so that every fact holds; a test spoils or removes what it is about.

A `Made` is the content of one file before it is written: axes, arrays over them (swept keys, replica, trial[, layer]), the
experiment file. Numbers are near the published ones where there are any, with the spread of trainings and chips on top.
"""

from dataclasses import dataclass, field

import numpy as np
from results_file import write_results

LAMBDA, SIGMA, METHOD = "training.kurtosis.lambda", "hardware.variation.sigma", "training.method"
RATE, STEPS, GROUPS = "hardware.defects.rate", "deployment.steps", "deployment.calibrate.groups"
THRESHOLD, LAYERS = "deployment.in-situ.threshold", "hardware.defects.layers"
NONE, CALIBRATE, COMBINED = "[]", '["calibrate"]', '["calibrate", "in-situ"]'


@dataclass
class Made:
    toml: str
    axes: dict
    accuracy: np.ndarray
    clean: np.ndarray
    metrics: dict = field(default_factory=dict)
    hash: str = "feedc0de12345678"
    seed: int = 1
    settings: dict | None = None  # of schema 1.1

    def write(self, path):
        attributes = {"experiment_toml": self.toml, "experiment_hash": self.hash, "seed": np.uint64(self.seed)}
        attributes["experiment_name"] = next(line for line in self.toml.splitlines() if line.startswith("name")).split('"')[1]
        metrics = {name: values for name, values in self.metrics.items() if values.ndim > self.clean.ndim}
        more = {"metrics": metrics, "attributes": attributes, "settings": self.settings}
        return write_results(path, self.axes, self.accuracy, clean=self.clean, **more)

    def at(self, **wanted):
        """The index of the points with these values: keys by their last part (`sigma=0.1`, `lambda_=2`)."""
        index = [slice(None)] * len(self.axes)
        for name, value in wanted.items():
            key = next(key for key in self.axes if key.endswith(name.rstrip("_").replace("_", "-")))
            place = list(self.axes).index(key)
            index[place] = [list(self.axes[key]).index(each) for each in (value if isinstance(value, list) else [value])]
        lists = [place for place, each in enumerate(index) if isinstance(each, list)]
        if len(lists) > 1:
            sizes = [len(values) for values in self.axes.values()]
            return np.ix_(*[each if isinstance(each, list) else range(size) for each, size in zip(index, sizes)])
        return tuple(index)

    def without(self, key, *values):
        """Drop these values of an axis."""
        place = list(self.axes).index(key)
        kept = [index for index, value in enumerate(self.axes[key]) if value not in values]
        self.axes[key] = [self.axes[key][index] for index in kept]
        self.accuracy, self.clean = (np.take(array, kept, axis=place) for array in (self.accuracy, self.clean))
        self.metrics = {name: np.take(array, kept, axis=place) for name, array in self.metrics.items()}
        return self

    def only(self, key, *values):
        return self.without(key, *[value for value in self.axes[key] if value not in values])


def toml(name, data, hidden, lines):
    return f'[experiment]\nname = "{name}"\n[data]\nset = "{data}"\n[network]\nhidden = {hidden}\n{lines}\n'


def kurtosis(replicas=3, chips=12, seed=1):
    random = np.random.default_rng(seed)
    lambdas = [0.0, 3e-4, 1e-3, 5e-3, 1e-2, 1e-1, 2.0, 10.0]
    levels = [3.4, 2.4, 2.1, 1.75, 1.6, 1.15, 1.02, 1.004]
    clean = np.array([0.9794, 0.9801, 0.9807, 0.9791, 0.9774, 0.9737, 0.9597, 0.9393])
    gap = np.array([0.050, 0.035, 0.015, 0.012, 0.012, 0.012, 0.010, 0.010])
    shape = (8, 2, replicas, chips)
    of_models = np.zeros((8, 1, replicas, 1))

    def models(values, spread):
        drawn = np.asarray(values)[:, None, None, None] + spread * random.standard_normal(of_models.shape)
        return np.broadcast_to(drawn, shape).copy()

    luck = 0.001 * random.standard_normal((1, 1, replicas, 1))  # of a training, whatever its lambda
    base = models(clean, 0.0003) + luck
    chip = np.stack([np.zeros(8), gap], axis=1)[:, :, None, None]
    noise = np.array([0.0, 0.003])[None, :, None, None] * random.standard_normal((1, 2, replicas, chips))
    noise = noise + np.array([0.0, 0.0005])[None, :, None, None] * random.standard_normal(shape)
    codes = 0.0001 + 0.00005 * random.standard_normal((1, 1, replicas, 1))  # what 8-bit codes alone change
    accuracy = base - chip + noise + codes * np.array([1.0, 0.0])[None, :, None, None]
    layers = [models([1 + (level - 1) * (1 - 0.05 * layer) for level in levels], 0.0005) for layer in range(4)]
    correlations = [np.clip(base * 0.0 + 1 - chip * (0.2 + 0.1 * layer) - 0.002 * layer, 0, 1) for layer in range(4)]
    correlation = np.stack(correlations, axis=-1)
    errors = [models(np.geomspace(0.083, 0.010, 8) * (1 + 0.1 * layer), 1e-4) for layer in range(4)]
    metrics = {
        "kurtosis": np.stack(layers, axis=-1),
        "relative_error": np.stack(errors, axis=-1),
        "weight_entropy": np.stack([models([6.4, 6.8, 7.0, 7.3, 7.2, 6.5, 4.2, 2.1], 0.02)] * 4, axis=-1),
        "correlation": correlation - 0.001 * random.random((*shape, 1)),
        "clean_loss": models([0.07, 0.07, 0.08, 0.08, 0.09, 0.1, 0.17, 0.30], 0.002),
    }
    lines = f'[training]\nmethod = "kurtosis"\nreplicas = {replicas}\n[hardware]\nsimulate = "arrays"\n'
    lines += "weight_bits = 7\ncell_bits = 7"
    text = toml("kurtosis-plram", "fsdd", [128, 64, 32], lines)
    return Made(text, {LAMBDA: lambdas, SIGMA: [0.0, 0.05]}, accuracy, base[..., 0], metrics, "a0000000kurtosis")


SIGMAS = [0.0, 0.1, 0.2, 0.3, 0.4]
OVF_ACCURACY = {
    "plain": [0.981, 0.93, 0.79, 0.55, 0.33],
    "noise-injection": [0.981, 0.965, 0.939, 0.90, 0.852],
    "ovf": [0.981, 0.966, 0.940, 0.905, 0.870],
    "control": [0.981, 0.966, 0.940, 0.905, 0.872],
}
OVF_EKL = {
    "plain": [0.01, 0.03, 0.097, 0.12, 0.117],
    "noise-injection": [0.01, 0.02, 0.0495, 0.08, 0.109],
    "ovf": [0.002, 0.004, 0.0077, 0.011, 0.0157],
    "control": [0.002, 0.004, 0.0080, 0.012, 0.0147],
}


def _ovf(name, methods, labels, data, lines, accuracy, digest, replicas, chips, seed):
    shape = (len(methods), len(SIGMAS), replicas, chips)
    random = np.random.default_rng(seed)
    luck = 0.002 * random.standard_normal((1, 1, replicas, 1))
    spread = np.array([0.0, 0.004, 0.01, 0.015, 0.02])[None, :, None, None]
    chance = np.random.default_rng(seed + 1).standard_normal((1, 1, replicas, chips))  # the same chips in every file
    own = 0.1 * np.maximum(spread, 0.002) * random.standard_normal(shape)
    mean = np.array([accuracy[label] for label in labels])[:, :, None, None]
    values = np.clip(mean + luck + spread * chance + own, 0, 1)
    ekl = np.array([OVF_EKL[label] for label in labels])[:, :, None, None] * np.exp(0.02 * random.standard_normal(shape))
    metrics = {"ekl": ekl, "correct": np.round(values * 10000), "loss": 3 * (1 - values)}
    clean = np.broadcast_to(mean[:, :1] + luck, (*shape[:3], 1))[..., 0].copy()
    axes = {METHOD: list(methods), SIGMA: list(SIGMAS)}
    text = toml(name, data, [128, 64], f"[training]\nreplicas = {replicas}\n{lines}\n[hardware]\nweight_bits = 8\ncell_bits = 2")
    return Made(text, axes, values, clean, metrics, digest)


def ovf(data="mnist", accuracy=None, replicas=5, chips=40, seed=1):
    """plain, noise-injection and ovf."""
    methods = ("plain", "noise-injection", "ovf")
    accuracy = {**OVF_ACCURACY, **(accuracy or {})}
    return _ovf("ovf", methods, methods, data, "ovf.beta = 1e-3", accuracy, f"b0000000{data}", replicas, chips, seed)


def control(data="mnist", accuracy=None, replicas=5, chips=40, seed=1):
    """The temperature control: noise-injection with logit_scale = 4, in a file of its own."""
    accuracy = {**OVF_ACCURACY, **(accuracy or {})}
    lines = "logit_scale = 4"
    return _ovf("ovf-control", ["noise-injection"], ["control"], data, lines, accuracy, f"b1000000{data}", replicas, chips, seed)


def ovf_without_negatives(main):
    """OVF with beta = 0 and no extra pass: the cells of noise injection in `main`."""
    place = list(main.axes[METHOD]).index("noise-injection")
    metrics = {name: values[[place]] for name, values in main.metrics.items()}
    text = main.toml.replace("ovf.beta = 1e-3", "ovf.beta = 0.0\novf.passes = 0")
    axes = {METHOD: ["ovf"], SIGMA: list(main.axes[SIGMA])}
    return Made(text, axes, main.accuracy[[place]], main.clean[[place]], metrics, "b2000000zero")


CIFAR = {
    "plain": [0.92, 0.78, 0.23, 0.108, 0.10],
    "noise-injection": [0.92, 0.897, 0.746, 0.50, 0.283],
    "ovf": [0.92, 0.90, 0.78, 0.60, 0.446],
}


def resnet(**options):
    made = ovf("cifar10", CIFAR, **options)
    made.toml = made.toml.replace("hidden = [128, 64]", 'architecture = "resnet18"')
    return made


def insitu(chips=20, seed=1, mapping="mid-point"):
    """Deployments against the defect rate, one training."""
    random = np.random.default_rng(seed)
    rates, steps = [0.05, 0.10, 0.15, 0.20], [NONE, CALIBRATE, COMBINED]
    if mapping == "mid-point":
        means = np.array([[0.606, 0.75, 0.85], [0.42, 0.56, 0.72], [0.32, 0.42, 0.66], [0.24, 0.34, 0.61]])
    else:
        means = np.array([[0.95, 0.955, 0.96], [0.927, 0.93, 0.94], [0.9, 0.91, 0.93], [0.859, 0.88, 0.92]])
    shape = (4, 3, 1, chips)
    maps = 0.03 * random.standard_normal((1, 1, 1, chips))
    accuracy = means[:, :, None, None] + maps + 0.004 * random.standard_normal(shape)
    lines = f'[hardware]\nsimulate = "arrays"\nmapping = "{mapping}"\n[deployment]\ncalibrate.groups = 1'
    text = toml("calibration-insitu", "mnist", [100], lines)
    return Made(text, {RATE: rates, STEPS: steps}, accuracy, np.full(shape[:3], 0.979), {}, f"c0000000{mapping}")


DEFECTS = '[hardware]\nsimulate = "arrays"\nmapping = "mid-point"\ndefects.rate = 0.1\n[deployment]\n'


def groups(chips=20, seed=2):
    """Calibration with more and more row groups at 10 % defects."""
    random = np.random.default_rng(seed)
    values, means = [1, 14, 56, 784], [0.57, 0.65, 0.70, 0.979]
    spread = np.array([0.03, 0.03, 0.03, 0.0])[:, None, None]
    accuracy = np.array(means)[:, None, None] + spread * random.standard_normal((1, 1, chips))
    accuracy = accuracy + 0.1 * spread * random.standard_normal((4, 1, chips))
    text = toml("calibration-groups", "mnist", [100], f'{DEFECTS}steps = ["calibrate"]')
    return Made(text, {GROUPS: values}, accuracy, np.full((4, 1), 0.979), {}, "c1000000groups")


def one_layer(chips=20, seed=3):
    """784-256-10 with defects in W1, in W2, in both, after in-situ training."""
    random = np.random.default_rng(seed)
    means = np.array([0.9493, 0.9766, 0.9322])[:, None, None]
    accuracy = means + 0.004 * random.standard_normal((1, 1, chips)) + 0.001 * random.standard_normal((3, 1, chips))
    lines = f'{DEFECTS}steps = ["calibrate", "in-situ"]'
    axes = {LAYERS: ["[1]", "[2]", "[1, 2]"]}
    return Made(toml("one-layer", "mnist", [256], lines), axes, accuracy, np.full((3, 1), 0.981), {}, "c2000000layers")


def thresholds(chips=20, seed=4):
    """The combined loop with smaller and smaller thresholds at 10 % defects."""
    random = np.random.default_rng(seed)
    values = [1e-3, 1e-2, 1e-1]
    accuracy = np.array([0.80, 0.72, 0.60])[:, None, None] + 0.02 * random.standard_normal((1, 1, chips))
    accuracy = accuracy + 0.002 * random.standard_normal((3, 1, chips))
    writes = np.array([9e6, 6e6, 1e6])[:, None, None] * (1 + 0.01 * random.standard_normal((3, 1, chips)))
    lines = f'{DEFECTS}steps = ["calibrate", "in-situ"]'
    text = toml("thresholds", "mnist", [100], lines)
    return Made(text, {THRESHOLD: values}, accuracy, np.full((3, 1), 0.979), {"writes": writes}, "c3000000thresholds")


TRAINED_NOISE, LAW, ON = "training.adc.noise", "hardware.adc.noise", "hardware.adc.on_sd"
BITS, ROWS = "hardware.adc.bits", "hardware.tile_rows"
CONCRETE_LINES = """[training]
replicas = {replicas}
weight_rule = "ternary"
{training}
[hardware]
simulate = "arrays"
{hardware}
[hardware.adc]
range = "trained"
{adc}"""


def _concrete(name, data, axes, means, digest, lines, replicas, chips, seed):
    """Cells with the luck of a training on top, and a little of its own at each point; chips differ less."""
    random = np.random.default_rng(seed)
    shape = tuple(len(values) for values in axes.values())
    luck = 0.004 * random.standard_normal(replicas)[:, None]
    own = 0.0005 * random.standard_normal((*shape, replicas, 1)) + 0.0002 * random.standard_normal((*shape, replicas, chips))
    accuracy = np.asarray(means)[..., None, None] + luck + own
    text = toml(name, data, [100], CONCRETE_LINES.format(replicas=replicas, **lines))
    return Made(text, axes, accuracy, accuracy.mean(axis=-1) + 0.01, {}, digest)


def concrete(data="mnist", replicas=5, chips=4, seed=1):
    """Methods, with and without noise in training, against noise of cells: with noise on chips and without."""
    axes = {METHOD: ["ste-adc", "concrete-adc"], TRAINED_NOISE: ["false", "true"], LAW: ["none", "logistic"], ON: [0.0, 0.3, 0.6]}
    means = np.full((2, 2, 2, 3), 0.90)
    means[0, 0, 1] = [0.90, 0.80, 0.60]  # STE
    means[0, 1, 1] = [0.90, 0.82, 0.66]  # STE that saw the noise
    means[1, :, 1] = [0.90, 0.83, 0.70]
    lines = {"training": "", "hardware": "tile_rows = 128", "adc": "bits = 4"}
    made = _concrete("concrete", data, axes, means, f"d0000000{data}", lines, replicas, chips, seed)
    made.accuracy[0, 0, 0] = made.accuracy[0, 0, 0, 0]  # neither this training nor these chips know the noise
    return made


def concrete_bits(data="mnist", replicas=5, chips=4, seed=2):
    """STE without noise in training, against bits: the two chips with noise and without."""
    axes = {BITS: [2, 3, 4, 5, 12], LAW: ["none", "logistic"]}
    means = np.array([[0.70, 0.50], [0.84, 0.66], [0.8995, 0.80], [0.9005, 0.81], [0.901, 0.81]])
    lines = {"training": 'method = "ste-adc"\nadc.noise = false', "hardware": "tile_rows = 128", "adc": "on_sd = 0.3"}
    return _concrete("concrete-bits", data, axes, means, f"d1000000{data}", lines, replicas, chips, seed)


def concrete_rows(data="mnist", replicas=5, chips=4, seed=3):
    """STE against rows that share a converter, under noise, with noise in training and without."""
    axes = {TRAINED_NOISE: ["false", "true"], ROWS: [49, 128, 784]}
    means = np.array([[0.85, 0.80, 0.65], [0.86, 0.82, 0.71]])
    lines = {"training": 'method = "ste-adc"', "hardware": "", "adc": 'bits = 4\nnoise = "logistic"\non_sd = 0.3'}
    return _concrete("concrete-rows", data, axes, means, f"d2000000{data}", lines, replicas, chips, seed)


NOISE, SERIAL, INPUT_BITS = "hardware.read_noise.model", "hardware.dac.serial", "hardware.dac.bits"
EPOCHS, CONVERTERS = "training.epochs", "accelerator.converters"
LSTM_LINES = """[training]
replicas = {replicas}
{training}
[hardware]
simulate = "arrays"
mapping = "signed"
weight_bits = 7
{hardware}
[hardware.adc]
{adc}"""
REAL_FRAMES = 0.49  # of all frames, padding included


def _lstm(name, axes, means, digest, *, data="timit", network="lstm", clean=0.8422, replicas=5, chips=2, seed=1, **lines):
    """Cells with the luck of a training on top, the same in all files, and a little of each point's own."""
    shape = tuple(len(values) for values in axes.values())
    luck = 0.004 * np.random.default_rng(9).standard_normal(replicas)[:, None]
    random = np.random.default_rng(seed)
    own = 0.0002 * random.standard_normal((*shape, replicas, 1)) + 0.0001 * random.standard_normal((*shape, replicas, chips))
    accuracy = np.broadcast_to(np.asarray(means, float), shape)[..., None, None] + luck + own
    lines = {"training": "epochs = 8", "hardware": "", "adc": 'bits = 8\nrange = "calibrated"', **lines}
    text = toml(name, data, [100], LSTM_LINES.format(replicas=replicas, **lines))
    text = text.replace("hidden = [100]", f'architecture = "{network}"')
    made = Made(text, axes, accuracy, np.broadcast_to(clean + luck[:, 0], accuracy.shape[:-1]).copy(), {}, digest)
    if data == "timit":
        made.metrics["accuracy_padded"] = 1 - REAL_FRAMES * (1 - accuracy)
    return made


CONSTRAINED = 'tile_rows = 1152\nread_noise.model = "polynomial"\ndac = { bits = 8, serial = true }'
THROUGH = {"training": 'method = "crossbar-aware"\nepochs = 3\npretrain_epochs = 5', "hardware": f"{CONSTRAINED}\nread_noise.scale = 1.0"}


def lstm(**options):
    """Float training on arrays: noise of eq. 7 or none, inputs bit by bit or in one read."""
    axes = {NOISE: ["none", "polynomial"], SERIAL: ["false", "true"]}
    return _lstm("lstm", axes, [[0.8417, 0.838], [0.832, 0.8253]], "e0000000lstm", hardware="tile_rows = 1152\ndac.bits = 8", **options)


def lstm_aware(**options):
    """Training through the arrays, at several bits of the converters."""
    lines = {**THROUGH, "adc": 'range = "trained"'}
    return _lstm("lstm-aware", {BITS: [6, 8, 12]}, [0.835, 0.8405, 0.8406], "e1000000aware", seed=2, **lines, **options)


def lstm_control(**options):
    """Float training whose learning rate begins anew, as it does where training through the arrays begins."""
    lines = {"training": "epochs = 3\npretrain_epochs = 5", "hardware": CONSTRAINED}
    return _lstm("lstm-control", {}, 0.8385, "e8000000control", seed=9, **lines, **options)


def lstm_bits(**options):
    """Float training on the arrays, against the bits of the converters."""
    means = np.array([[0.70, 0.60], [0.80, 0.77], [0.834, 0.82], [0.838, 0.8253], [0.8385, 0.826]])
    lines = {"hardware": "tile_rows = 1152\ndac = { bits = 8, serial = true }", "adc": 'range = "calibrated"'}
    axes = {BITS: [4, 5, 6, 8, 12], NOISE: ["none", "polynomial"]}
    return _lstm("lstm-bits", axes, means, "e2000000bits", seed=3, **lines, **options)


def lstm_energy(**options):
    """Float training on the arrays of an accelerator, by bits of an input, rows of an array and its converters."""
    axes = {INPUT_BITS: [4, 8], ROWS: [64, 1152], CONVERTERS: [1, 4]}
    means = np.array([[0.80, 0.79], [0.83, 0.8253]])[..., None]
    lines = {"hardware": 'read_noise.model = "polynomial"\ndac.serial = true'}
    made = _lstm("lstm-energy", axes, np.broadcast_to(means, (2, 2, 2)), "e3000000energy", seed=4, **lines, **options)
    made.accuracy[..., 1, :, :] = made.accuracy[..., 0, :, :]  # the same chips, whatever converts their sums
    made.metrics["accuracy_padded"] = 1 - REAL_FRAMES * (1 - made.accuracy)
    energy = np.array([3.0, 7.0])[:, None, None] * np.array([1.9, 1.0])[:, None] * np.array([1.0, 1.1]) * 1e6
    cycles = np.array([3.0, 7.0])[:, None, None] * np.array([1.0, 1.0])[:, None] * np.array([1.1, 1.0]) * 1e5
    share = np.ones((2, 2, 2)) * np.array([1.0, 0.25])
    for name, values in (("energy_pJ", energy), ("cycles", cycles), ("utilisation", share)):
        made.metrics[name] = np.broadcast_to(values[..., None, None], made.accuracy.shape).copy()
    return made


def lenet(**options):
    """LeNet-5 on MNIST: float training and training with noisy weights on the arrays."""
    lines = {"hardware": CONSTRAINED, "data": "mnist", "network": "lenet5", "clean": 0.9926}
    lines["training"] = "epochs = 8\nvalidation_chips = 4"  # of noisy training alone: no other method has it
    return _lstm("lenet", {METHOD: ["plain", "noise-injection"]}, [0.9925, 0.9927], "e4000000lenet", seed=5, **lines, **options)


def lenet_aware(**options):
    lines = {**THROUGH, "adc": 'bits = 8\nrange = "trained"', "data": "mnist", "network": "lenet5", "clean": 0.9928}
    return _lstm("lenet-aware", {}, 0.9928, "e5000000lenet", seed=6, **lines, **options)


def vgg(**options):
    """A VGG on CIFAR-10 that was trained with noisy weights, on the arrays."""
    lines = {"hardware": CONSTRAINED, "data": "cifar10", "network": "vgg8", "clean": 0.8517}
    return _lstm("vgg", {METHOD: ["noise-injection"]}, [0.794], "e6000000vgg", seed=7, **lines, **options)


def vgg_aware(**options):
    lines = {**THROUGH, "adc": 'bits = 8\nrange = "trained"', "data": "cifar10", "network": "vgg8", "clean": 0.83}
    return _lstm("vgg-aware", {}, 0.8123, "e7000000vgg", seed=8, **lines, **options)


def everything():
    """Files of all papers in which every fact holds that results files decide."""
    main = ovf()
    return [
        concrete(), concrete_bits(), concrete_rows(), concrete("cifar10"), concrete_bits("cifar10"),
        kurtosis(), main, control(), ovf_without_negatives(main), resnet(), insitu(), insitu(mapping="one-sided"), groups(),
        one_layer(), thresholds(), lstm(), lstm_aware(), lstm_control(), lstm_bits(), lstm_energy(), lenet(), lenet_aware(),
        vgg(), vgg_aware(),
    ]  # fmt: skip
