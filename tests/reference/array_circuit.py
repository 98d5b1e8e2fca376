"""An array and its wires as the tests hand it to the program, and an independent solution of its nodal equations."""

import dataclasses
import os
import re
import subprocess

import numpy as np
from scipy import sparse
from scipy.sparse import linalg


@dataclasses.dataclass
class Array:
    conductances: np.ndarray  # siemens [rows, columns]
    voltages: np.ndarray  # volts [inputs, rows]
    row: float = 0.0
    column: float = 0.0
    driver: float = 0.0
    sense: float = 0.0
    both_ends: bool = False

    def run(self, folder, *options):
        """What wired_currents prints."""
        rows, columns = self.conductances.shape
        path = folder / "array.txt"
        with open(path, "w") as file:
            print(rows, columns, len(self.voltages), file=file)
            print(*map(repr, map(float, (self.row, self.column, self.driver, self.sense))), int(self.both_ends), file=file)
            for matrix in (self.conductances, self.voltages):
                file.writelines(f"{float(value)!r}\n" for value in matrix.ravel())
        program = os.environ["OHMCARLO_WIRED_CURRENTS"]
        return subprocess.run([program, *options, path], check=True, capture_output=True, text=True).stdout

    def currents(self, folder):
        """Amperes [inputs, columns]."""
        return np.array([[float(x) for x in line.split()] for line in self.run(folder).splitlines()])

    def resistors(self):
        """The circuit: (name of a node, name of another, ohm). Sources ("source", i), virtual grounds ("ground", j)."""
        rows, columns = self.conductances.shape
        for i in range(rows):
            yield ("source", i), ("left", i), self.driver
            yield ("left", i), ("word", i, 0), self.row
            for j in range(1, columns):
                yield ("word", i, j - 1), ("word", i, j), self.row
            if self.both_ends:
                yield ("word", i, columns - 1), ("right", i), self.row
                yield ("right", i), ("source", i), self.driver
        for j in range(columns):
            for i in range(1, rows):
                yield ("bit", i - 1, j), ("bit", i, j), self.column
            yield ("bit", rows - 1, j), ("bottom", j), self.column
            yield ("bottom", j), ("ground", j), self.sense
        for i, j in zip(*np.nonzero(self.conductances)):
            yield ("word", i, j), ("bit", i, j), 1 / self.conductances[i, j]

    def merged(self):
        """The resistors that are more than 0 ohm, between nodes of which 0 ohm made one, by number: sources come first,
        virtual grounds second. Also the number of nodes."""
        rows, columns = self.conductances.shape
        fixed = [("source", i) for i in range(rows)] + [("ground", j) for j in range(columns)]
        number = {name: n for n, name in enumerate(fixed)}
        edges = [(number.setdefault(a, len(number)), number.setdefault(b, len(number)), ohm)
                 for a, b, ohm in self.resistors()]
        links = np.array([(a, b) for a, b, ohm in edges if ohm == 0], dtype=int).reshape(-1, 2)
        graph = sparse.coo_matrix((np.ones(len(links)), links.T), shape=(len(number), len(number)))
        count, label = sparse.csgraph.connected_components(graph, directed=False)
        order = {}
        for n in range(len(number)):
            order.setdefault(label[n], len(order))
        return [(order[label[a]], order[label[b]], ohm) for a, b, ohm in edges if ohm > 0 and label[a] != label[b]], count

    def nodal(self):
        """Amperes [inputs, columns] from a sparse factorisation of the nodal equations."""
        rows, columns = self.conductances.shape
        edges, count = self.merged()
        a, b = np.array([edge[:2] for edge in edges]).T
        siemens = 1 / np.array([edge[2] for edge in edges])
        laplacian = sparse.coo_matrix(
            (np.concatenate([siemens, siemens, -siemens, -siemens]),
             (np.concatenate([a, b, a, b]), np.concatenate([a, b, b, a]))), shape=(count, count)).tocsc()
        fixed = rows + columns
        volts = np.zeros((count, len(self.voltages)))
        volts[:rows] = self.voltages.T
        if count > fixed:
            volts[fixed:] = linalg.splu(laplacian[fixed:, fixed:]).solve(-laplacian[fixed:, :rows] @ volts[:rows])
        return -(laplacian[rows:fixed] @ volts).T

    def netlist(self):
        """The circuit of the first input for ngspice, written without the program."""
        rows, columns = self.conductances.shape
        lines = ["reference", *(f"V{i} n{i} 0 dc {volt!r}" for i, volt in enumerate(self.voltages[0].tolist()))]
        lines += [f"Vcol{j} n{rows + j} 0 dc 0" for j in range(columns)]
        lines += [f"R{n} n{a} n{b} {float(ohm)!r}" for n, (a, b, ohm) in enumerate(self.merged()[0])]
        lines += [".control", "set numdgt=16", "op", *(f"print i(vcol{j})" for j in range(columns)), "quit", ".endc", ".end"]
        return "\n".join(lines) + "\n"


def spice(netlist, folder):
    """Amperes that ngspice prints for a netlist, in order."""
    path = folder / "array.cir"
    path.write_text(netlist)
    output = subprocess.run(["ngspice", "-b", path], check=True, capture_output=True, text=True, timeout=600).stdout
    return np.array([float(value) for value in re.findall(r"^i\(\w+\) = (\S+)$", output, re.M)])
