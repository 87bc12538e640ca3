"""Strategies for Hypothesis: faults, points, plans and schedules; and a state machine for chaos tests of services.

from pytest_taskfail import strategies as st
"""

from __future__ import annotations

from .faults import faults
from .machine import ChaosMachine
from .plans import plans, points, schedules

__all__ = ["ChaosMachine", "faults", "plans", "points", "schedules"]
