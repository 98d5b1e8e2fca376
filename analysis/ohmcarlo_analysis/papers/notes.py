"""The margin note of a paper's exhibit: where the numbers come from and what the intervals are over."""

from ..statistics.sampled import images_text
from ..statistics.stopped import kinds_text, level_text


def notes(study, table):
    """Pieces of text for layout.wrap() about the experiments whose numbers an Exhibit's table holds."""
    rows = table[table["count"] > 0]
    used = [each for each in study.experiments if each.hash in set(rows["experiment"])]
    pieces = [str(each.attrs.get("experiment_name") or "unnamed experiment") for each in used]
    for over, part in rows.groupby("over", sort=True):
        low, high = int(part["count"].min()), int(part["count"].max())
        count = f"{low:,}" if low == high else f"{low:,} to {high:,}"
        only = " (this trained network)" if over == "chips" else ""
        levels = dict.fromkeys(level_text(each) for each in used) if over == "chips" else ["95 %"]
        pieces.append(f"{count} {over} a point, {' or '.join(levels)} interval over {over}{only}")
        kinds = kinds_text(part["interval_kind"])
        pieces += [f"intervals over {over}: {kinds}"] if kinds else []
    pieces += [text for each in used if (text := images_text(each.dataset, "accuracy"))]
    for each in used:
        attributes = each.attrs
        commit = str(attributes.get("git_commit") or "")[:8]
        pieces.append(f"experiment {each.hash[:8]}, ohmcarlo {attributes['ohmcarlo_version']}{f' ({commit})' if commit else ''}")
        if attributes["status"] != "complete":
            pieces.append(f"unfinished run ({attributes['status']})")
    return list(dict.fromkeys(pieces))
