"""What results files of schema 1.0 leave unsaid: the defaults of keys, the classes of data sets, what kind each metric is.

Frozen: it serves files written before schema 1.1, which carries these in `/settings` and in the attributes of its metrics. A
key, a data set or a metric that is new needs no entry here, and must not get one.
"""

# The defaults, as of schema 1.0, of the keys that facts and figures ask for and that an experiment file may leave out.
DEFAULTS = {
    "training.method": "plain",
    "training.logit_scale": 1,
    "training.noise_sigma": "tested",
    "hardware.simulate": "weights",
    "hardware.mapping": "one-sided",
    "hardware.variation.sigma": 0.0,
    "hardware.variation.clip": "none",
    "hardware.faults.rate": 0.0,
    "hardware.defects.rate": 0.0,
    "hardware.defects.layers": "all",
    "deployment.steps": "[]",
    "deployment.calibrate.groups": 1,
    "deployment.in-situ.threshold": 1e-2,
    "network.architecture": "mlp",
    "network.hidden": "[100]",
}

# How many classes a data set has, where not even the root attribute `classes` says so.
CLASSES = {
    "mnist": 10, "fashion-mnist": 10, "cifar10": 10, "cifar100": 100, "tiny-imagenet": 200, "fsdd": 10,
}  # fmt: skip

# Metric -> the metric that counts the images which it is a mean over (the attribute `pooled_over`).
POOLED_OVER = {"ekl": "correct"}

# Metrics of a trained network, which files repeat for every chip (the attribute `constant_over` = "trial").
OF_TRAININGS = {"clean_accuracy", "clean_loss", "kurtosis", "weight_entropy", "relative_error"}

# The words on an axis, and whether a fraction is shown in percent; other metrics show their name and their `units`.
METRIC_LABELS = {"accuracy": "Test accuracy", "loss": "Test loss", "ekl": "EKL", "correct": "Correct images"}
SHOWN_IN_PERCENT = {"accuracy"}
