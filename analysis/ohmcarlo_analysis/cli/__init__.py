"""The command lines: of the package, and of the scripts that draw one figure each."""

from .commands import main

__all__ = ["main"]
