#!/usr/bin/env python3
"""Writes one or two small, good files for every reader into tests/fuzz/corpora/: where fuzzing starts.

  tests/fuzz/seeds.py PROGRAM    PROGRAM: ohmcarlo, which makes the results files
"""

import ctypes
import gzip
import io
import os
import struct
import sys
import tempfile
import wave
import zlib
from pathlib import Path

import numpy as np
from PIL import Image
from onnx import TensorProto, helper, numpy_helper

CORPORA = Path(__file__).resolve().parent / "corpora"


def put(reader, name, contents):
    folder = CORPORA / reader
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(contents if isinstance(contents, bytes) else contents.encode())


def toml():
    put("toml", "sweep", '[data]\nset = "mnist"\nvalidation = 40\n[network]\nhidden = [8, 4]\n[training]\nlearning_rate = 3e-3\n'
        '[hardware.variation]\nsigma = 0.1\n[sweep]\n"training.method" = ["plain", "ovf"]\n'
        '"hardware.weight_bits" = { start = 1, stop = 8, step = 1 }\n')  # fmt: skip
    put("toml", "decades", 'data.scaling = { mean = [0.1], sd = [0.3] }\ntrials.until = { half_width = 0.01, min = 16 }\n'
        '[sweep]\n"training.kurtosis.lambda" = { start = 1e-4, stop = 1, per_decade = 2, also = [0] }\n')  # fmt: skip


def idx():
    images = struct.pack(">IIII", 0x803, 2, 3, 4) + bytes(range(24))
    put("idx", "images", images)
    put("idx", "labels", struct.pack(">II", 0x801, 3) + b"\1\0\2")
    put("idx", "wide", struct.pack(">IIIH", 0xB03, 1, 1, 2) + struct.pack(">hh", 300, -1))
    put("idx", "images.gz", gzip.compress(images, mtime=0))


def cifar():
    put("cifar", "ten", b"\3" + bytes(i % 251 for i in range(3072)))
    put("cifar", "hundred", b"\3\x60" + bytes(3072))


def npz():
    for name, arrays in (("torch", {"fc1.weight": np.ones((2, 3), np.float16), "fc1.bias": np.zeros(2, ">f4")}),
                         ("labels", {"a": np.arange(6, dtype=np.int64).reshape(2, 3)})):  # fmt: skip
        for kind, save in (("", np.savez), ("-deflated", np.savez_compressed)):
            stream = io.BytesIO()
            save(stream, **arrays)
            put("npz", name + kind, stream.getvalue())


def onnx_files():
    def model(nodes, inputs, arrays):
        graph = helper.make_graph(
            nodes, "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, inputs)],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
            [numpy_helper.from_array(np.asarray(value), name) for name, value in arrays.items()],
        )  # fmt: skip
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)]).SerializeToString()

    ones = np.ones
    put("onnx", "dense", model(
        [helper.make_node("Flatten", ["x"], ["f"]), helper.make_node("Gemm", ["f", "w", "b"], ["h"], transB=1),
         helper.make_node("Relu", ["h"], ["r"]), helper.make_node("MatMul", ["r", "v"], ["y"])],
        ["n", 1, 2, 2], {"w": ones((3, 4), np.float32), "b": ones(3, np.float32), "v": ones((3, 2), np.float32)}))  # fmt: skip
    put("onnx", "convolution", model(
        [helper.make_node("Conv", ["x", "w"], ["c"], kernel_shape=[2, 2], pads=[1, 1, 0, 0]),
         helper.make_node("BatchNormalization", ["c", "s", "s", "s", "s"], ["n"]),
         helper.make_node("MaxPool", ["n"], ["p"], kernel_shape=[2, 2], strides=[2, 2]),
         helper.make_node("Shape", ["p"], ["sh"]), helper.make_node("Gather", ["sh", "zero"], ["g"]),
         helper.make_node("Unsqueeze", ["g", "axes"], ["u"]), helper.make_node("Concat", ["u", "minus"], ["to"], axis=0),
         helper.make_node("Reshape", ["p", "to"], ["f"]), helper.make_node("Gemm", ["f", "v"], ["y"], transB=1)],
        ["n", 1, 4, 4], {"w": ones((2, 1, 2, 2), np.float32), "s": ones(2, np.float32), "v": ones((2, 8), np.float64),
                         "zero": np.array(0), "axes": np.array([0]), "minus": np.array([-1])}))  # fmt: skip
    put("onnx", "recurrent", model(
        [helper.make_node("Transpose", ["x"], ["t"], perm=[1, 0, 2]),
         helper.make_node("LSTM", ["t", "w", "r", "b"], ["s", "h", "c"], hidden_size=2),
         helper.make_node("Squeeze", ["h", "axis"], ["q"]), helper.make_node("MatMul", ["q", "v"], ["y"])],
        ["n", 5, 3], {"w": ones((1, 8, 3), np.float32), "r": ones((1, 8, 2), np.float32), "b": ones((1, 16), np.float32),
                      "v": ones((2, 2), np.float32), "axis": np.array([0])}))  # fmt: skip

    # What brought the reader down once.
    def node(*arguments, **attributes):
        return helper.make_node(*arguments, **attributes)

    square, none = ones((2, 2), np.float32), np.zeros((1, 0), np.float32)
    put("onnx", "ring", model(
        [node("MatMul", ["x", "w"], ["a"]), node("Softmax", ["a"], ["s"]), node("Relu", ["s"], ["b"]), node("Relu", ["b"], ["y"]),
         node("Identity", ["s"], ["b"]), node("Identity", ["b"], ["s"])], ["n", 2], {"w": square}))  # fmt: skip
    put("onnx", "pad-with-nothing", model(
        [node("Pad", ["x", "pads", "fill"], ["p"]), node("Flatten", ["p"], ["f"]), node("MatMul", ["f", "w"], ["y"])],
        ["n", 1, 1, 1], {"pads": np.array([0, 0, 0, 0, 0, 0, 0, 1]), "fill": none, "w": square}))  # fmt: skip
    put("onnx", "slice-of-nothing", model(
        [node("Slice", ["long", "first", "last"], ["q"]), node("Shape", ["q"], ["s"]), node("Reshape", ["x", "s"], ["y"])],
        ["n", 2], {"long": np.zeros((2**31, 0), np.float32), "first": np.array([0]), "last": np.array([2**31])}))  # fmt: skip


def csv():
    put("csv", "matrix", "1,2.5,-3e-2\n4,5,6\n")
    put("csv", "components", "# ours\nname, unit, power_mW, area_mm2, cycles_or_ns\n"
        "crossbar, 128x128, 0.3, 2.5e-5, 100\nconverter, 8 bits, 2, 1.2e-3, 1\n")  # fmt: skip


class Info(ctypes.Structure):
    """SF_INFO of libsndfile."""

    _fields_ = [("frames", ctypes.c_int64), *((name, ctypes.c_int) for name in ("rate", "channels", "format", "sections", "seekable"))]


def write_flac(path, samples):
    flac, pcm_16, write = 0x170000, 2, 0x20
    library = ctypes.CDLL("libsndfile.so.1")
    library.sf_open.restype = ctypes.c_void_p
    info = Info(rate=8000, channels=1, format=flac | pcm_16)
    file = ctypes.c_void_p(library.sf_open(path.encode(), write, ctypes.byref(info)))
    library.sf_write_short(file, samples.ctypes.data_as(ctypes.c_void_p), ctypes.c_int64(len(samples)))
    library.sf_close(file)


def sound():
    stream = io.BytesIO()
    with wave.open(stream, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(range(200)))
    put("sound", "wav", stream.getvalue())
    header = (
        b"NIST_1A\n   1024\nsample_count -i 50\nsample_n_bytes -i 2\nchannel_count -i 1\nsample_byte_format -s2 01\n"
        b"sample_rate -i 16000\nsample_coding -s3 pcm\nend_head\n"
    )
    put("sound", "sphere", header.ljust(1024, b" ") + bytes(100))
    with tempfile.NamedTemporaryFile(suffix=".flac") as file:
        write_flac(file.name, (np.arange(100) * 37 % 251).astype(np.int16))
        put("sound", "flac", Path(file.name).read_bytes())


def phones():
    put("phones", "timit", "0 3050 h#\n3050 4559 sh\n4559 5723 ix\n5723 6642 hv\n")
    put("phones", "silence", "0 16000 h#\r\n")


def chunk(kind, contents):
    return struct.pack(">I", len(contents)) + kind + contents + struct.pack(">I", zlib.crc32(kind + contents))


def picture():
    for name, colour, channels in (("grey.png", 0, 1), ("rgb.png", 2, 3)):
        rows = b"".join(b"\0" + bytes(range(4 * channels)) for _ in range(4))
        put("picture", name, b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 4, 4, 8, colour, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))  # fmt: skip
    put("picture", "grey.pgm", b"P5\n# four by two\n4 2\n255\n" + bytes(range(8)))
    put("picture", "plain.pgm", b"P2\n2 2\n9\n1 2\n3 9\n")
    stream = io.BytesIO()
    Image.fromarray(np.arange(48, dtype=np.uint8).reshape(4, 4, 3)).save(stream, "JPEG")
    put("picture", "rgb.jpg", stream.getvalue())
    frame = stream.getvalue().index(b"\xff\xc0") + 5
    large = struct.pack(">HH", 65500, 65500)  # took 12.9 GB once
    put("picture", "large.jpg", stream.getvalue()[:frame] + large + stream.getvalue()[frame + 4 :])


def results(program):
    """A results file; a model, which is read as it is stored, without a child process."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "integration"))
    os.environ["OHMCARLO"] = program
    from lab import Lab, make_data

    with tempfile.TemporaryDirectory() as folder:
        data = make_data(Path(folder) / "data")
        lab = Lab(Path(folder) / "lab", data)
        lab.write({"trials.count": "3", "training.epochs": "1"}, {"hardware.variation.sigma": "[0.1, 0.3]"})
        lab.run()
        put("results", "whole", lab.file().read_bytes())
        small = Lab(Path(folder) / "small", data)
        small.write({"trials.count": "1", "training.epochs": "1", "network.hidden": "[1]"}, {})
        small.run()
        put("stored", "model", next(small.out.glob("models/*.model.h5")).read_bytes())


if __name__ == "__main__":
    for write in (toml, idx, cifar, npz, onnx_files, csv, sound, phones, picture):
        write()
    results(sys.argv[1])
