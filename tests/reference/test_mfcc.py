"""Speech features against a direct transcription of the HTK Book's formulas, without a fast transform."""

import os
import subprocess

import numpy as np
import pytest
from scipy.io import wavfile

TOLERANCE = 2e-6  # of a coefficient's largest magnitude: floats have 6e-8, and are printed with 9 digits


def mel(hz):
    return 2595 * np.log10(1 + hz / 700)


def triangles(rate, length, low, high, count):
    """[count, length / 2 + 1] weights of the lines of the spectrum."""
    edges = np.linspace(mel(low), mel(high or rate / 2), count + 2)
    lines = mel(np.arange(length // 2 + 1) * rate / length)
    rising = (lines - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - lines) / (edges[2:] - edges[1:-1])[:, None]
    return np.maximum(0, np.minimum(rising, falling))


def slopes(values, window):
    padded = np.concatenate([values[:1]] * window + [values] + [values[-1:]] * window)
    times = np.arange(-window, window + 1)
    return np.array([times @ padded[t:t + 2 * window + 1] for t in range(len(values))]) / np.sum(times**2)


def features(rate, samples, low=0, high=0, filters=26, cepstra=12, lifter=22, delta_window=2):
    """[frames, coefficients] of 16-bit samples."""
    window, hop = int(0.025 * rate + 0.5), int(0.010 * rate + 0.5)
    length = 1 << (window - 1).bit_length()
    dft = np.exp(-2j * np.pi * np.outer(np.arange(length // 2 + 1), np.arange(window)) / length)
    weights = triangles(rate, length, low, high, filters)
    order, filter_number = np.arange(1, cepstra + 1), np.arange(1, filters + 1)
    cosines = np.sqrt(2 / filters) * np.cos(np.pi / filters * np.outer(order, filter_number - 0.5))
    lift = 1 + lifter / 2 * np.sin(np.pi * order / lifter) if lifter else np.ones(cepstra)
    rows = []
    for start in range(0, len(samples) - window + 1, hop):
        frame = samples[start:start + window].astype(float)
        frame -= frame.mean()
        energy = np.log(max(1, np.sum(frame**2)))
        emphasised = frame - 0.97 * np.concatenate([frame[:1], frame[:-1]])
        spectrum = np.abs(dft @ (emphasised * np.hamming(window)))
        rows.append([*(lift * (cosines @ np.log(np.maximum(1, weights @ spectrum)))), energy])
    statics = np.array(rows)
    if not delta_window:
        return statics
    deltas = slopes(statics, delta_window)
    return np.hstack([statics, deltas, slopes(deltas, delta_window)])


def sound(kind, rate, seed=1):
    """16-bit samples: three quarters of a second, and some over."""
    random = np.random.default_rng(seed)
    time = np.arange(int(0.75 * rate) + 37) / rate
    if kind == "noise":
        return random.integers(-32768, 32768, len(time)).astype(np.int16)
    if kind == "chirp":
        return np.round(12000 * np.sin(2 * np.pi * (100 + 0.4 * rate * time) * time)).astype(np.int16)
    if kind == "vowel":  # harmonics of 120 Hz under two formants, starting from silence, over an offset
        tones = sum(np.sin(2 * np.pi * 120 * k * time) / (1 + ((120 * k - f) / 150) ** 2)
                    for k in range(1, 28) for f in (700, 1800))
        return np.round(500 + 2000 * np.minimum(1, np.maximum(0, 4 * time - 1)) * tones).astype(np.int16)
    assert kind == "quiet"  # most triangles are below the floor
    return random.integers(-1, 2, len(time)).astype(np.int16)


def ours(tmp_path, rate, samples, *options):
    path = tmp_path / "sound.wav"
    wavfile.write(path, rate, samples)
    command = [os.environ["OHMCARLO_MFCC_FRAMES"], str(path), *map(str, options)]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return np.array([line.split() for line in text.splitlines()], dtype=float)


@pytest.mark.parametrize("kind", ["noise", "chirp", "vowel", "quiet"])
@pytest.mark.parametrize("rate", [8000, 16000, 22050])
@pytest.mark.parametrize("options", [(), (64, 3900, 24, 13, 0, 3), (20, 4000, 40, 20, 20, 0)], ids=str)
def test_features_agree_with_the_formulas(tmp_path, kind, rate, options):
    samples = sound(kind, rate)
    actual, expected = ours(tmp_path, rate, samples, *options), features(rate, samples, *options)
    assert actual.shape == expected.shape
    scale = np.maximum(1, np.max(np.abs(expected), axis=0))
    error = np.max(np.abs(actual - expected) / scale)
    print(f"{kind} {rate} Hz {options}: {error:.1e}")
    assert error < TOLERANCE


def test_the_39_coefficients_differ_from_one_another():
    """What is compared above is not mostly zeros or copies."""
    values = features(16000, sound("noise", 16000))
    assert values.shape == (73, 39)
    correlations = np.corrcoef(values.T) - np.eye(39)
    assert np.max(np.abs(correlations)) < 0.9
