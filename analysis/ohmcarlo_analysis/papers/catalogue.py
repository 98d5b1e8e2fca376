"""The figures and tables of the papers, from results files and the published numbers."""

from ..study.conditions import Missing
from . import concrete, insitu, kurtosis, lstm, ovf

PAPERS = (kurtosis, concrete, ovf, insitu, lstm)
EXHIBITS = {name: make for paper in PAPERS for name, make in paper.EXHIBITS.items()}
LAWS = (*concrete.LAWS, *lstm.LAWS)  # exhibits that are the same whatever the set-up


def exhibits(study, name):
    """{set-up: Exhibit} of the figure or table NAME in every set-up that has its data; raises Missing where none has."""
    found, lacks = {}, []
    for setup, part in study.setups().items():
        try:
            found[setup] = EXHIBITS[name](part)
        except Missing as lack:
            lacks.append(lack)
        if name in LAWS and found:
            break
    if not found:
        raise lacks[0]
    return found
