"""Figures and typeset tables: style, layout and files; nothing here knows a paper."""
