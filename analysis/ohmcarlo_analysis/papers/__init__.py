"""The figures and tables of the papers, beside the numbers they print."""
