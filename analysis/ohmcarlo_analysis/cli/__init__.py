"""The command line of the package."""

from .commands import main

__all__ = ["main"]
