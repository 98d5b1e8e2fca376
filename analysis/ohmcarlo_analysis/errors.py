"""The errors a user can cause, each with the exit status that the command line gives it."""


class AnalysisError(Exception):
    """A message for the person at the keyboard: one line, no traceback."""

    exit_status = 1


class UsageError(AnalysisError):
    """The command or a choice in it makes no sense (the same status as a bad ohmcarlo command line)."""

    exit_status = 2


class ResultsFileError(AnalysisError):
    """A results file cannot be used: missing, damaged, not ours, another experiment; or an output cannot be written."""

    exit_status = 4
