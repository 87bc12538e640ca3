"""Virtual time: it passes only when nobody can run, by a jump to the next deadline."""

from __future__ import annotations

from . import real

OVERSHOOT = 1e-6
"""Seconds that a timer fires after its deadline: real ones are never early, and sums of floats never hit it exactly."""


class Clock:
    """Seconds since the experiment began, and the clocks of `time` made from them.

    The bases are whole seconds of the real clocks, so that time stamps from before the experiment stay comparable while
    rounding does not depend on the moment at which it began.
    """

    __slots__ = ("monotonic_base", "now", "perf_base", "wall_base")

    def __init__(self) -> None:
        self.now = 0.0
        self.monotonic_base = float(int(real.monotonic()) + 1)
        self.perf_base = float(int(real.perf_counter()) + 1)
        self.wall_base = float(int(real.wall()) + 1)

    def deadline(self, seconds: float) -> float:
        """When a wait of so many seconds from now ends, on a grid of microseconds."""
        return round(self.now + (seconds if seconds > 0 else 0.0), 6)

    def jump(self, deadline: float) -> None:
        """Lets time pass until just after the deadline."""
        if deadline + OVERSHOOT > self.now:
            self.now = round(deadline + OVERSHOOT, 6)

    def monotonic(self) -> float:
        return self.monotonic_base + self.now

    def perf_counter(self) -> float:
        return self.perf_base + self.now

    def wall(self) -> float:
        return self.wall_base + self.now
