"""Who holds the baton, and what happens when it is given away: the inner steps of the scheduler, all under its mutex."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import control, real
from .carriers import ABORTED, ABORTS_MAX, BLOCKED, DONE, EXPIRED, FREED, OUTSIDE, RUNNABLE, WOKEN, Abort, Carrier
from .choices import Chooser
from .clock import Clock


class Baton:
    """The state of a run: who can run, who waits, whose turn it is.

    Args:
        deviations: number of a choice -> id of the thread to run there instead of going on with the present one.
        steps_max: operations after which the run counts as endless.
        record: whether to keep the choices.
        stopped: called with `deadlock`, `livelock`, `hang` or `stalled` when the run cannot go on, while all threads stand.
    """

    def __init__(
        self,
        deviations: dict[int, str],
        steps_max: int,
        record: bool,
        stopped: Callable[[str], None],
    ) -> None:
        self.clock = Clock()
        self.chooser = Chooser(deviations, record)
        self.steps_max = steps_max
        self.on_stopped = stopped
        self.mutex = real.allocate_lock()
        self.main = Carrier("0")
        self.main.ident = real.get_ident()
        self.carriers = [self.main]
        self.by_ident = {self.main.ident: self.main}
        self.runnable = [self.main]
        self.outside: dict[Carrier, str] = {}
        self.current: Carrier | None = self.main
        self.steps = 0
        self.stopped = ""
        self.aborting = False
        self.over = False
        self.draining = False
        self.drain_until = 0.0
        self.idle_since = 0.0
        self.strangers: Callable[[], bool] = lambda: False
        self.outlives: Callable[[Carrier, Any], bool] = lambda carrier, on: False
        self.freed: list[int] = []
        self.expecting: Any = None
        self.adopted_gate = real.allocate_lock()
        self.adoptions = 0
        self.interrupt: BaseException | None = None

    def next_deadline(self) -> float | None:
        """The earliest deadline of a blocked thread, in seconds of virtual time."""
        return min((c.deadline for c in self.carriers if c.state is BLOCKED and c.deadline is not None), default=None)

    def look_at_files(self) -> bool:
        """Lets event loops run whose files are ready; whether there are any. Only under the mutex, when nobody can run."""
        for carrier in self._loops():
            if carrier.on.ready():
                carrier.on.waiters.remove(carrier)
                self._ready(carrier, WOKEN)
        return bool(self.runnable)

    def files_open(self) -> bool:
        """Whether an event loop waits for something that may come from outside of this process, or is under way in it."""
        loops = self._loops()
        return bool(loops) and not loops[0].on.wires.closed([carrier.on.wires for carrier in loops])

    def child_at_work(self) -> bool:
        """Whether an event loop waits for a child process that is alive."""
        loops = self._loops()
        return bool(loops) and bool(loops[0].on.wires.awaits_child([carrier.on.wires for carrier in loops]))

    def _loops(self) -> list[Carrier]:
        return [c for c in self.carriers if c.state is BLOCKED and hasattr(c.on, "wires") and not c.on.wires.none]

    def pass_time(self) -> None:
        """Jumps to the next deadline, or declares that nothing can go on. Only under the mutex, when nobody can run."""
        deadline = self.next_deadline()
        if self.draining and (deadline is None or deadline > self.drain_until):
            self._ready(self.main, WOKEN)
        elif deadline is not None:
            self.clock.jump(deadline)
            self._fire_timers()
        elif self.outside or self.files_open():
            self._stop("stalled")
        else:
            self._stop("hang" if self.strangers() else "deadlock")

    def stop_from_outside(self, why: str) -> None:
        """Ends a run that makes no progress: all who wait in our sight are ended."""
        with self.mutex:
            if not self.stopped:
                self._stop(why)
                if self.current is None and self.runnable:
                    self._grant(self.runnable[0])

    def _choose(self, options: list[Carrier], preempts: bool) -> Carrier:
        if self.aborting:
            return options[0]
        timed = [carrier for carrier in self.carriers if carrier.expirable and carrier.state is BLOCKED]
        if not timed and len(options) == 1:
            return options[0]
        chosen = self.chooser.choose(options, timed, preempts)
        if chosen.state is BLOCKED:
            self.clock.jump(chosen.deadline or 0.0)
            self._fire_timers()
        return chosen

    def _give_away(self, me: Carrier, wait: bool) -> None:
        if not self.runnable and not self.aborting and not self.look_at_files():
            if self.outside or self.files_open() or (self.next_deadline() is None and not self.draining and self.strangers()):
                self.idle_since = real.monotonic()
            else:
                self.pass_time()
        chosen = self._choose(list(self.runnable), preempts=False) if self.runnable else None
        self.current = chosen
        self.mutex.release()
        if chosen is me:
            return
        if chosen is not None:
            chosen.gate.release()
        if wait:
            self._wait(me)

    def _hand_over(self, me: Carrier, chosen: Carrier) -> None:
        self.current = chosen
        self.mutex.release()
        chosen.gate.release()
        self._wait(me)

    def _wait(self, me: Carrier) -> None:
        try:
            me.gate.acquire()
        except BaseException as error:  # a signal handler of the main thread: Ctrl-C, pytest-timeout
            self.interrupt = error
            self.stop_from_outside("interrupted")
            me.gate.acquire(blocking=self.current is not me)
        if self.interrupt is not None:
            interrupt, self.interrupt = self.interrupt, None
            raise interrupt

    def _grant(self, chosen: Carrier | None) -> None:
        self.current = chosen
        if chosen is not None:
            chosen.gate.release()

    def _let_go(self, carrier: Carrier, why: str) -> None:
        """This thread does without the baton from now on."""
        carrier.state = OUTSIDE
        self.runnable.remove(carrier)
        self.outside[carrier] = why
        chosen = self._choose(list(self.runnable), preempts=False) if self.runnable else None
        if chosen is None:
            self.idle_since = real.monotonic()
        self._grant(chosen)

    def _ready(self, carrier: Carrier, outcome: str) -> None:
        carrier.state, carrier.outcome, carrier.on, carrier.deadline = RUNNABLE, outcome, None, None
        carrier.expirable = False
        self.runnable.append(carrier)

    def _fire_timers(self) -> None:
        for carrier in self.carriers:
            if carrier.state is BLOCKED and carrier.deadline is not None and carrier.deadline <= self.clock.now:
                if carrier.on is not None:
                    carrier.on.waiters.remove(carrier)
                self._ready(carrier, EXPIRED)

    def _retire(self, carrier: Carrier) -> None:
        carrier.state = DONE
        self.by_ident.pop(carrier.ident, None)
        self.freed.append(carrier.ident)
        if carrier in self.runnable:
            self.runnable.remove(carrier)

    def _stop(self, why: str) -> None:
        self.stopped = why
        self.on_stopped(why)
        self._abort_all()

    def _free(self, carrier: Carrier) -> None:
        if carrier.on is not None and carrier.on.waiters:
            carrier.on.waiters.remove(carrier)
        carrier.outcome = FREED
        self._retire(carrier)
        carrier.gate.release()

    def _abort_all(self) -> None:
        self.aborting = True
        for carrier in self.carriers:
            if carrier.state is BLOCKED:
                if carrier is not self.main and self.outlives(carrier, carrier.on):
                    self._free(carrier)
                    continue
                if carrier.on is not None and carrier.on.waiters:
                    carrier.on.waiters.remove(carrier)
                self._ready(carrier, ABORTED)

    def _block_while_aborting(self, me: Carrier, on: Any) -> str:
        if me is not self.main and self.outlives(me, on):
            self._retire(me)
            self._give_away(me, wait=False)
            return FREED
        me.aborts += 1
        others = [carrier for carrier in self.runnable if carrier is not me]
        if others and me.aborts < ABORTS_MAX:
            self._hand_over_while_aborting(me, others[0])
            return WOKEN
        if me.aborts >= ABORTS_MAX and me is not self.main:
            self._leave_behind(me)
        self.mutex.release()
        raise Abort

    def _hand_over_while_aborting(self, me: Carrier, chosen: Carrier) -> None:
        self.runnable.remove(me)
        self.runnable.append(me)
        self._hand_over(me, chosen)

    def _leave_behind(self, me: Carrier) -> None:
        self._retire(me)
        if me.on_done is not None:
            self.mutex.release()
            me.on_done()
            self.mutex.acquire()
        self._give_away(me, wait=False)
        control.left_behind.add(me.ident)
        while True:
            me.gate.acquire()
