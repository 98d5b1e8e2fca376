"""The little Markdown that lists of the papers' differences use, as HTML."""

import re
from html import escape


def as_html(text):
    """A list of lines `* ...`, continued by indented ones, with `code` and **bold**."""
    items = " ".join(line.strip() for line in ("\n" + text).replace("\n* ", "\n\0").splitlines()).split("\0")[1:]
    return f"<ul>{''.join(f'<li>{_spans(item.strip())}</li>' for item in items)}</ul>"


def _spans(text):
    text = re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))
    return re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", text)
