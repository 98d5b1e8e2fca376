"""Means, intervals and counts of swept points, computed from the trials."""
