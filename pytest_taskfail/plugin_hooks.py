"""Asks other plugins what they add, and says in words which of them has made a mistake."""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from .errors import PlanError

if TYPE_CHECKING:
    from .explore.settings import Settings
    from .model.traces import Trace

_FAULTS: pytest.StashKey[contextlib.ExitStack] = pytest.StashKey()


def add_faults(config: pytest.Config) -> None:
    """Knows the faults of plugins until `forget_faults`.

    Raises:
        pytest.UsageError: one of them cannot be added.
    """
    caller = config.hook.pytest_taskfail_faults
    if not caller.get_hookimpls():
        return
    from .model import custom
    from .model.faults import WORDS

    try:
        added = [(plugin, kind) for plugin, kinds in _ask(config, caller, config=config) for kind in kinds]
        stack = config.stash[_FAULTS] = contextlib.ExitStack()
        stack.enter_context(custom.registered(added, WORDS))
    except (PlanError, ValueError) as error:
        raise pytest.UsageError(f"pytest_taskfail_faults: {error}") from None


def forget_faults(config: pytest.Config) -> None:
    """The end of the session."""
    if _FAULTS in config.stash:
        config.stash[_FAULTS].close()


def add_executors(config: pytest.Config) -> None:
    """Tasks of the executors that plugins name have points from now on.

    Raises:
        pytest.UsageError: one of them is no type with such a method.
    """
    caller = config.hook.pytest_taskfail_executors
    if not caller.get_hookimpls():
        return
    from .runtime import patches

    try:
        for plugin, given in _ask(config, caller, config=config):
            for one in given:
                owner, method = one if isinstance(one, tuple) and len(one) == 2 else (one, "submit")
                if not isinstance(owner, type) or not callable(getattr(owner, str(method), None)):
                    raise PlanError(
                        f"the plugin {plugin} names {one!r}; give a type that has 'submit', or a pair: type, name of a method"
                    )
                patches.watch_executor(owner, method)
    except PlanError as error:
        raise pytest.UsageError(f"pytest_taskfail_executors: {error}") from None


def with_added(item: pytest.Item, settings: Settings) -> Settings:
    """The settings of a test with the laws and plans that plugins add.

    Raises:
        PlanError: a law cannot be added.
    """
    import dataclasses

    hook: Any = item.ihook
    if hook.pytest_taskfail_laws.get_hookimpls():
        from .explore.added import added_laws

        given = _ask(item.config, hook.pytest_taskfail_laws, item=item)
        settings = dataclasses.replace(settings, laws=settings.laws + added_laws(given))
    if hook.pytest_taskfail_plans.get_hookimpls():
        settings = dataclasses.replace(settings, plans=lambda golden: _plans(item, golden))
    return settings


def tell(item: pytest.Item, data: dict[str, Any]) -> None:
    """Tells plugins of the findings of a test; where one of them fails at that, the test fails and says so."""
    caller = item.ihook.pytest_taskfail_finding
    if not caller.get_hookimpls():
        return
    from .model.findings import Verdict

    for finding in data["findings"]:
        verdict = Verdict(item.nodeid, finding["law"], finding["verdict"], finding["replay"])
        try:
            _ask(item.config, caller, item=item, verdict=verdict)
        except PlanError as error:
            data["texts"].append(f"taskfail: {error}")


def _plans(item: pytest.Item, golden: Trace) -> Iterator[Any]:
    from .model.plans import Plan

    for plugin, given in _ask(item.config, item.ihook.pytest_taskfail_plans, item=item, golden=golden):
        for one in given:
            if not isinstance(one, Plan | str):
                raise PlanError(f"the plugin {plugin} adds a plan {one!r}: give a Plan or its text")
            try:
                yield one if isinstance(one, Plan) else Plan.parse(one)
            except ValueError as error:
                raise PlanError(f"the plugin {plugin} adds a plan {one!r}: {error}") from None


def _ask(owner: pytest.Config, caller: Any, **values: Any) -> list[tuple[str, Any]]:
    """What each plugin answers, with its name; those that answer nothing are left out.

    Raises:
        PlanError: a plugin fails, or its answer cannot be walked through.
    """
    answers = []
    plugins = [implementation.plugin for implementation in reversed(caller.get_hookimpls())]
    for plugin in dict.fromkeys(plugins):
        others = [other for other in owner.pluginmanager.get_plugins() if other is not plugin]
        name = owner.pluginmanager.get_name(plugin)
        try:
            for answer in owner.pluginmanager.subset_hook_caller(caller.name, others)(**values):
                answers.append((str(name), answer if isinstance(answer, dict) else list(answer)))
        except pytest.UsageError:
            raise
        except Exception as error:
            at = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{at.filename}:{at.lineno}"
            raise PlanError(f"{caller.name} of the plugin {name} failed: {type(error).__name__}: {error} ({where})") from error
    return answers
