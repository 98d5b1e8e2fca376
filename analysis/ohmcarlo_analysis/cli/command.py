"""What every command line of the package shares: errors of the user become one line, and an exit status."""

import argparse
import os
import sys
import warnings

from ..errors import AnalysisError, UsageError

PROGRAM = "ohmcarlo_analysis"


class Parser(argparse.ArgumentParser):
    """An argument parser that raises UsageError where argparse would print its usage and exit."""

    def error(self, message):
        """Raise UsageError with the message and where help is."""
        raise UsageError(f"{message} (see {self.prog} --help)")


def guarded(command, arguments):
    """Run `command(arguments)`; returns the exit status. User errors become one line on stderr."""
    try:
        with warnings.catch_warnings():
            warnings.showwarning = lambda message, *_, **__: print(f"{PROGRAM}: warning: {message}", file=sys.stderr)
            command(arguments)
        sys.stdout.flush()
        return 0
    except AnalysisError as error:
        print(f"{PROGRAM}: {error}", file=sys.stderr)
        return error.exit_status
    except BrokenPipeError:  # the reader of our table has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
