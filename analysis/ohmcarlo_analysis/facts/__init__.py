"""The acceptance facts of the papers, and the statistical claims that decide them."""
