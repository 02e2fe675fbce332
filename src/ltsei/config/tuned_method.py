"""A method as a block with `tuning` makes it of one in the experiment file (no torch)."""

from ltsei.config.experiment import Method
from ltsei.config.tuning import Tuning


class TunedMethod(Method):
    """The chosen trial of some stages of a method.

    Attributes:
        trial_stages: its stages that each trial carries out, in order.
        tuning: of the block.
    """

    trial_stages: tuple[str, ...]
    tuning: Tuning
