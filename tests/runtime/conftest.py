"""The fixtures of this folder."""

from controlled_runs import control, value_of

__all__ = ["control", "value_of"]
