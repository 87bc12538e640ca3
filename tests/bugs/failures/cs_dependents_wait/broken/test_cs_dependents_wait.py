"""Build steps run in threads; each waits until the steps it needs are built."""

import threading
from dataclasses import dataclass, field


class Compiler:
    def build(self, target):
        return f"{target}.o"


@dataclass
class Step:
    name: str
    needs: tuple = ()
    done: threading.Event = field(default_factory=threading.Event)
    output: str = None
    error: BaseException = None


class Build:
    def __init__(self, compiler, steps):
        self.compiler = compiler
        self.steps = {step.name: step for step in steps}

    def _run(self, step):
        for name in step.needs:
            self.steps[name].done.wait()
        try:
            step.output = self.compiler.build(step.name)
        except Exception as error:
            step.error = error
            return
        step.done.set()

    def run(self):
        threads = [threading.Thread(target=self._run, args=(step,), name=step.name) for step in self.steps.values()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for step in self.steps.values():
            if step.error is not None:
                raise step.error


def test_everything_is_built():
    build = Build(Compiler(), [Step("app", ("lib", "ui")), Step("lib"), Step("ui", ("lib",))])
    build.run()
    assert [s.output for s in build.steps.values()] == ["app.o", "lib.o", "ui.o"]
