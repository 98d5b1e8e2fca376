"""The margin note of a paper's exhibit: where the numbers come from and what the intervals are over."""


def notes(study, table, metric, where=None):
    """Pieces of text for layout.wrap(), from the experiments that have this metric (at these settings)."""
    used = [each for each in study.experiments if metric in each.dataset and each.narrowed(where or {})]
    over = [text for text in dict.fromkeys(table["over"]) if text]
    counts = table[table["count"] > 0]["count"]
    pieces = list(dict.fromkeys(str(each.dataset.attrs.get("experiment_name") or "unnamed experiment") for each in used))
    if "clean" in metric or "trainings" in over:
        pieces.append(f"{_range(counts)} trainings a point, 95 % interval over trainings")
    elif over:
        pieces.append(f"{_range(counts)} chips a point, 95 % interval over chips (this trained network)")
    for each in used:
        attributes = each.dataset.attrs
        commit = str(attributes.get("git_commit") or "")[:8]
        pieces.append(f"experiment {str(attributes['experiment_hash'])[:8]}, ohmcarlo {attributes['ohmcarlo_version']}{f' ({commit})' if commit else ''}")
        if attributes["status"] != "complete":
            pieces.append(f"unfinished run ({attributes['status']})")
    return list(dict.fromkeys(pieces))


def _range(counts):
    low, high = int(counts.min()), int(counts.max())
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"
