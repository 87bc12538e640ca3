"""The baton: of the threads under control one runs at a time, and the scheduler says which.

Real threads, not greenlets, so that thread-local data, thread identity and every C extension see what they always see.
A thread that blocks does so here, not in the operating system; when nobody can run the clock jumps to the next deadline,
and when there is none the deadlock is exact. After Shuttle (https://github.com/awslabs/shuttle) and Coyote.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import real
from .baton import Baton
from .carriers import ABORTED, ABORTS_MAX, BLOCKED, DONE, EXPIRED, MAIN_ABORTS, RUNNABLE, WOKEN, Abort, Carrier

STREAK_MAX = 5000
"""Points of one thread without a wait after which the others run and time passes: a loop that waits by trying must end."""

STREAK_MORE, STREAK_SECONDS = 50, 1e-3
"""After that so many points take so many seconds of virtual time."""


class Scheduler(Baton):
    """What threads under control, the watchdog and the experiment ask for. Each call takes the mutex itself."""

    def point(self, me: Carrier) -> None:
        """Offers a choice: go on, or let another thread run first."""
        me.streak += 1
        if me.streak > STREAK_MAX and not self.aborting:
            self.block(me, None, self.clock.deadline(STREAK_SECONDS))
            me.streak = STREAK_MAX - STREAK_MORE
            return
        self._enter_counted(me)
        if self.aborting:
            me.aborts += 1
            if me.aborts >= ABORTS_MAX and me is not self.main:
                self._leave_behind(me)
            self.mutex.release()
            if me is not self.main or me.aborts <= MAIN_ABORTS:
                raise Abort
            return
        others = [carrier for carrier in self.runnable if carrier is not me]
        chosen = self._choose([me, *others], preempts=True)
        if chosen is me:
            self.mutex.release()
            return
        self._hand_over(me, chosen)

    def pause(self, me: Carrier, note: Callable[[], None]) -> None:
        """Right after a release or a signal: lets another thread run first, where the schedule says so, which `note` is told."""
        self.enter(me)
        others = [carrier for carrier in self.runnable if carrier is not me]
        chosen = self.chooser.pause(tuple([carrier.id for carrier in others])) if others and not self.aborting else -1
        if chosen < 0:
            self.mutex.release()
        else:
            note()
            self._hand_over(me, others[chosen])

    def block(self, me: Carrier, on: Any, deadline: float | None) -> str:
        """Waits until somebody wakes those who wait on `on`, or the deadline has come.

        Returns:
            `WOKEN`, `EXPIRED`, or `FREED`: the experiment is over, the thread goes on outside of control.

        Raises:
            Abort: the experiment has been stopped.
        """
        self._enter_counted(me)
        if self.aborting:
            return self._block_while_aborting(me, on)
        me.state, me.on, me.deadline, me.outcome, me.streak = BLOCKED, on, deadline, "", 0
        self.runnable.remove(me)
        if on is not None:
            if on.waiters is None:
                on.waiters = []
            on.waiters.append(me)
        self._give_away(me, wait=True)
        if me.outcome is ABORTED:
            raise Abort
        me.has_timed_out = me.has_timed_out or (me.outcome is EXPIRED and on is not None)
        return me.outcome

    def wake(self, on: Any) -> None:
        """Makes all who wait on `on` runnable; which of them gets it is a scheduling choice. Any thread may call it."""
        with self.mutex:
            waiters, on.waiters = on.waiters, None
            for carrier in waiters or ():
                self._ready(carrier, WOKEN)
            if self.current is None and self.runnable:
                self._grant(self._choose(list(self.runnable), preempts=False))

    def expire(self, me: Carrier, deadline: float) -> None:
        """Lets time pass while this thread runs; others whose time has come become runnable."""
        self.enter(me)
        self.clock.jump(deadline)
        self._fire_timers()
        self.mutex.release()

    def start(self, me: Carrier, task: Any, body: Callable[[Carrier], None]) -> Carrier:
        """Starts a thread under control and runs it until it calls `hand_back`, or blocks or ends before that."""
        child = Carrier(f"{me.id}.{me.children}", task)
        me.children += 1

        def boot() -> None:
            child.ident = real.get_ident()
            self.by_ident[child.ident] = child
            self._wait(child)
            try:
                if not self.aborting:
                    body(child)
            except Abort:
                pass
            finally:
                self.finish(child)

        self.enter(me)
        self.mutex.release()
        real.start_new_thread(boot, ())
        self.enter(me)
        self.carriers.append(child)
        self.runnable.append(child)
        self._hand_over(me, child)
        return child

    def hand_back(self, me: Carrier, parent: Carrier) -> None:
        """Lets the thread that started this one go on."""
        self.enter(me)
        if parent.state is RUNNABLE and not self.aborting:
            self._hand_over(me, parent)
        else:
            self.mutex.release()

    def finish(self, me: Carrier) -> None:
        """The last call of a thread under control."""
        self.regain()
        if me.on_done is not None:
            me.on_done()
            me.on_done = None
        if self.by_ident.get(me.ident) is not me:
            return
        self.enter(me)
        self._retire(me)
        self._give_away(me, wait=False)

    def go_outside(self, me: Carrier, why: str) -> None:
        """Gives up the baton before a call that blocks in the operating system."""
        self.enter(me)
        self._let_go(me, why)
        self.mutex.release()

    def come_back(self, me: Carrier) -> None:
        """Queues for the baton after such a call."""
        self.enter(me)
        self.mutex.release()
        if self.aborting and me is not self.main:
            raise Abort

    def regain(self) -> None:
        """Queues for the baton if it has been taken away from the calling thread meanwhile: whoever locks or signals without it
        does so while another one is about to wait for that."""
        me = self.by_ident.get(real.get_ident()) if self.outside else None
        if me in self.outside and not self.over:
            self.enter(me)
            self.mutex.release()

    def drain(self, me: Carrier, seconds: float) -> None:
        """After the test: lets the other threads run until they end or wait for good, or so much virtual time has passed."""
        self.draining, self.drain_until = True, self.clock.now + seconds
        try:
            if any(carrier.state is not DONE for carrier in self.carriers if carrier is not me):
                self.block(me, None, None)
        finally:
            self.draining = False

    def adopt(self, task: Any) -> Carrier:
        """Takes the calling thread under control: it waited for one that is."""
        carrier = Carrier(f"{self.main.id}.a{self.adoptions}", task)
        carrier.ident, carrier.adopted = real.get_ident(), True
        self.mutex.acquire()
        self.adoptions += 1
        self.carriers.append(carrier)
        self.by_ident[carrier.ident] = carrier
        self.runnable.append(carrier)
        self.expecting = None
        self.adopted_gate.release()
        if self.current is None:
            self._grant(carrier)
        self.mutex.release()
        self._wait(carrier)
        return carrier

    def expect(self, on: Any) -> None:
        """Waits in real time until a thread parked on `on` has been adopted; gives up after a second."""
        self.adopted_gate = gate = real.allocate_lock()
        gate.acquire()
        self.expecting = on
        if not gate.acquire(timeout=1.0):
            self.expecting = None

    def free(self, carrier: Carrier) -> None:
        """Lets a blocked thread go on outside of control, where it waits in the operating system."""
        with self.mutex:
            if carrier.state is BLOCKED:
                self._free(carrier)

    def enter(self, me: Carrier) -> None:
        """Takes the mutex, as the holder of the baton; queues for the baton first if it was taken away meanwhile."""
        self.mutex.acquire()
        self.steps += 1
        if self.current is not me:
            self._queue_up(me)

    def _queue_up(self, me: Carrier) -> None:
        if self.over:  # back from a call of the operating system that took longer than the experiment
            self._retire(me)
            self.mutex.release()
            raise Abort
        self.outside.pop(me, None)
        me.state = RUNNABLE
        self.runnable.append(me)
        if self.current is None:
            self.current = me
            return
        self.mutex.release()
        self._wait(me)
        self.mutex.acquire()

    def _enter_counted(self, me: Carrier) -> None:
        self.mutex.acquire()
        self.steps += 1
        if self.current is not me:
            self._queue_up(me)
        if self.steps > self.steps_max and not self.stopped:
            self._stop("livelock")

    def abort(self, me: Carrier) -> None:
        """Ends every other thread that is still there."""
        self.enter(me)
        self._abort_all()
        for _ in range(ABORTS_MAX):
            others = [carrier for carrier in self.runnable if carrier is not me]
            if not others:
                break
            self._hand_over_while_aborting(me, others[0])
            self.enter(me)
        self.over = True
        self.mutex.release()

    # What the watchdog calls.
    def take_away(self, carrier: Carrier, steps: int, why: str) -> bool:
        """Hands the baton on if this thread still sits where it sat; it queues when it comes back."""
        with self.mutex:
            if self.current is not carrier or self.steps != steps:
                return False
            self._let_go(carrier, why)
            return True

    def try_files(self) -> bool:
        """Lets event loops run whose files are ready by now; whether there are any."""
        with self.mutex:
            if self.current is not None or self.runnable or not self.look_at_files():
                return self.current is not None
            self._grant(self._choose(list(self.runnable), preempts=False))
            return True

    def while_idle(self, act: Callable[[], None]) -> None:
        """Runs `act` if nobody has the baton, then lets run whom it made runnable."""
        with self.mutex:
            if self.current is None and not self.runnable:
                act()
                if self.runnable:
                    self._grant(self._choose(list(self.runnable), preempts=False))
