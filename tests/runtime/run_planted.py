"""Runs the planted handlers under the probe, and under coverage if asked, and prints what each exception has entered.

python run_planted.py none|bare|ctrace|sysmon [probe]
"""

import contextlib
import json
import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
tool, probed = sys.argv[1], "probe" in sys.argv[2:]
NAME = os.path.join(os.path.dirname(os.path.abspath(__file__)), "planted_handlers.py")


class Notes:
    def __init__(self):
        self.entered_keys, self.lines = [], set()

    def entered(self, filename, keys, error):
        self.entered_keys += keys

    def ran(self, filename, line):
        self.lines.add(line)
        return False


def raiser(error):
    def step():
        if error is not None:
            raise error

    return step


def sweep():
    import planted_handlers as planted

    from pytest_taskfail.runtime.handler_probe import HandlerProbe

    notes = Notes()
    probe = HandlerProbe(lambda filename: filename == NAME, notes)
    found, lines = {}, {}
    if probed:
        probe.start()
    for error in planted.ERRORS:
        notes.entered_keys, notes.lines = [], set()
        for function in planted.FUNCTIONS:
            with contextlib.suppress(Exception, ExceptionGroup):
                function(raiser(error))
        name = error.__name__ if error else ""
        found[name], lines[name] = notes.entered_keys, sorted(notes.lines)
    if probed:
        probe.stop()
    return found, lines


if tool == "bare":
    found, lines = sweep()
    measured = []
else:
    os.environ["COVERAGE_CORE"] = tool
    import coverage

    cover = coverage.Coverage(data_file=None, include=[NAME], branch=False, config_file=False)
    cover.start()
    found, lines = sweep()
    cover.stop()
    measured = sorted(cover.get_data().lines(NAME))
print(json.dumps({"entered": found, "lines": lines, "measured": measured}))
