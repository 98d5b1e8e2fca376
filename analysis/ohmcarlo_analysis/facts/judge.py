"""The acceptance facts of the papers: claims that results files decide. Facts are computed here and stored nowhere.

A fact is a function of a Study that returns a Claim, or raises Missing with what the files lack; a fact whose data is
missing is "not tested here", never true. Facts are judged for every set-up (data set and network) of the files apart.
"""

from dataclasses import dataclass

from .claims import ALPHA
from ..study.conditions import Missing
from . import concrete, insitu, kurtosis, lstm, ovf

NOT_TESTED = "not tested here"
PAPERS = (kurtosis, concrete, ovf, insitu, lstm)


@dataclass(frozen=True)
class Fact:
    """The outcome of one fact in one set-up; `claim` is None and `missing` says why where it was not tested."""

    id: str
    paper: str
    statement: str
    setup: str
    verdict: str
    alpha: float
    claim: object = None
    missing: str = ""


def judge(study, papers=PAPERS, ids=None):
    """The facts of some papers, in their order: one Fact for each set-up that decides it, or one that says what is missing.

    `ids`: only the facts with these names, all by default.
    """
    setups = study.setups()
    entries = [(paper, entry) for paper in papers for entry in paper.FACTS if ids is None or entry.id in ids]
    return [outcome for paper, entry in entries for outcome in _outcomes(paper, entry, setups)]


def as_record(outcome):
    """A Fact as a dictionary of plain values, for JSON and for tables."""
    claim = outcome.claim
    record = {"id": outcome.id, "paper": outcome.paper, "statement": outcome.statement, "setup": outcome.setup}
    if claim is None:
        return {**record, "verdict": outcome.verdict, "missing": outcome.missing}
    return {
        **record, "verdict": outcome.verdict, "shown": claim.text, "value": claim.value, "low": claim.low, "high": claim.high,
        "unit": claim.unit, "threshold": claim.threshold, "statistic": claim.statistic,
        "p": None if claim.exact else claim.p, "p_against": None if claim.exact else claim.p_against,
        "alpha": outcome.alpha, "over": claim.over,
        "parts": [{"text": part.text, "value": part.value, "low": part.low, "high": part.high} for part in claim.parts],
    }  # fmt: skip


def _outcomes(paper, entry, setups):
    tested, missing = [], []
    for name, study in setups.items():
        try:
            claim = entry.function(study)
        except Missing as lack:
            missing.append((paper.concerns(study), name, str(lack)))
            continue
        tested.append(Fact(entry.id, paper.PAPER, entry.statement, name, claim.verdict(entry.alpha), entry.alpha, claim))
    if tested:
        return tested
    _, name, lack = max(missing, key=lambda each: each[0])  # the first set-up that is about this paper, else the first
    return [Fact(entry.id, paper.PAPER, entry.statement, name, NOT_TESTED, ALPHA, None, f"needs {lack}")]
