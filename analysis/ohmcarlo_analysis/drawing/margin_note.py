"""The margin note of a figure: where its numbers come from and what its intervals mean."""

from ..reading.selection import as_text, fixed_values, short_key
from ..statistics.sampled import images_text
from ..statistics.stopped import kinds_text, level_text


def note_pieces(dataset, roles, tables, cut=False):
    """Pieces of text for layout.arrange(). `tables`: {metric: its points_table()}; `cut`: whether an axis ends within intervals."""
    attributes = dataset.attrs
    chips = _range([table["count"] for table in tables.values()], "chip")
    replicas = _range([table["replicas"] for table in tables.values()], "training")
    trainings = any(table["interval_over"].iloc[0] == "trainings" for table in tables.values())
    pieces = [str(attributes.get("experiment_name") or "unnamed experiment")]
    pieces += [f"{short_key(key)} = {as_text(value)}" for key, value in fixed_values(dataset, roles).items()]
    pieces.append(f"{chips}, {replicas} a point")
    pieces.append("95 % interval over trainings" if trainings else f"{level_text(dataset)} interval over chips (this trained network)")
    pieces += [] if trainings else _kinds(tables)
    images = list(dict.fromkeys(text for metric in tables if (text := images_text(dataset, metric))))
    pieces += [*images, "no single chips drawn"] if images else []
    if cut:
        pieces.append("widest intervals cut by the axis")
    pieces.append(f"experiment {str(attributes['experiment_hash'])[:8]}")
    commit = str(attributes.get("git_commit") or "")
    pieces.append(f"ohmcarlo {attributes['ohmcarlo_version']}" + (f" ({commit[:8]})" if commit else ""))
    if attributes["status"] != "complete":
        pieces.append(f"unfinished run ({attributes['status']})")
    return pieces


def _kinds(tables):
    """Which intervals these are, where not all are Student's: of each metric where metrics differ in that."""
    found = {metric: kinds_text(table.loc[table["count"] > 0, "interval_kind"]) for metric, table in tables.items()}
    if len(set(found.values())) == 1:
        return [f"intervals: {kinds}" for kinds in set(found.values()) if kinds]
    return [f"intervals of {metric}: {kinds or 'student'}" for metric, kinds in found.items()]


def _range(columns, noun):
    low, high = min(column.min() for column in columns), max(column.max() for column in columns)
    number = f"{low:,}" if low == high else f"{low:,} to {high:,}"
    return f"{number} {noun}{'' if low == high == 1 else 's'}"
