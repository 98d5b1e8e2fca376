"""Claims about single chips need all test images: a chip that saw a sample has an estimate, which its images change, too."""

from ..study.conditions import Missing
from ..study.study import SAMPLED


def require_all_images(values):
    """Raises Missing unless every chip saw all test images."""
    if SAMPLED in values.coords:
        raise Missing('chips that saw all test images (trials.images = "all")')
