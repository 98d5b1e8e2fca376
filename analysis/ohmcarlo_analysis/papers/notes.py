"""The margin note of a paper's exhibit: where the numbers come from and what the intervals are over."""


def notes(study, table):
    """Pieces of text for layout.wrap() about the experiments whose numbers an Exhibit's table holds."""
    rows = table[table["count"] > 0]
    used = [each for each in study.experiments if each.hash in set(rows["experiment"])]
    pieces = [str(each.attrs.get("experiment_name") or "unnamed experiment") for each in used]
    for over, part in rows.groupby("over", sort=True):
        low, high = int(part["count"].min()), int(part["count"].max())
        count = f"{low:,}" if low == high else f"{low:,} to {high:,}"
        only = " (this trained network)" if over == "chips" else ""
        pieces.append(f"{count} {over} a point, 95 % interval over {over}{only}")
    for each in used:
        attributes = each.attrs
        commit = str(attributes.get("git_commit") or "")[:8]
        pieces.append(f"experiment {each.hash[:8]}, ohmcarlo {attributes['ohmcarlo_version']}{f' ({commit})' if commit else ''}")
        if attributes["status"] != "complete":
            pieces.append(f"unfinished run ({attributes['status']})")
    return list(dict.fromkeys(pieces))
