"""Five ways to lose or repeat a step; each is right as long as the process lives."""

from .app import Status, Work, Workflow


class WorkThenNote(Workflow):
    """The effect is there, and then it is noted: who dies in between does the step again."""

    def _do(self, step: str, work: Work) -> None:
        self._note(Status.RUNNING, step)
        with self._state.transaction() as db:
            work(db)
        self._note(Status.COMPLETED, step)


class NoteThenWork(Workflow):
    """It is noted first: who dies in between leaves the step out."""

    def _do(self, step: str, work: Work) -> None:
        self._note(Status.RUNNING, step)
        self._note(Status.COMPLETED, step)
        with self._state.transaction() as db:
            work(db)


class RunningCountsAsDone(Workflow):
    """Only what is PENDING is done: the step during which the process died is left out."""

    def _do(self, step: str, work: Work) -> None:
        if self.status(step) is Status.PENDING:
            super()._do(step, work)


class StartedAfresh(Workflow):
    """`run` begins by setting all steps to PENDING, also when it resumes."""

    def run(self) -> None:
        for step in self._steps:
            self._note(Status.PENDING, step)
        super().run()


class FirstStepGuessed(Workflow):
    """Resumes behind the last step that has any status, as if they were all over up to there."""

    def run(self) -> None:
        names = list(self._steps)
        begun = [name for name in names if self.status(name) is not Status.PENDING]
        for name in begun:
            self._note(Status.COMPLETED, name)
        super().run()


ALL = [WorkThenNote, NoteThenWork, RunningCountsAsDone, StartedAfresh, FirstStepGuessed]
