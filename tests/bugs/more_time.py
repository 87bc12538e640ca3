"""A plugin of pytest for the second try on a busy machine: a marker that names a budget gives more of it."""

from __future__ import annotations

import pytest

BUDGET = 10
"""Seconds for each test, at least."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Raises the budgets of all markers."""
    for item in items:
        for mark in item.iter_markers("taskfail"):
            if "budget" in mark.kwargs:
                mark.kwargs["budget"] = max(mark.kwargs["budget"], BUDGET)
