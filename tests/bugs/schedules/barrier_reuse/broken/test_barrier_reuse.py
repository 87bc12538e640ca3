"""Two workers go through the steps of a simulation together."""

import threading


class Simulation:
    def __init__(self, workers, steps):
        self._barrier = threading.Barrier(workers)
        self._steps = steps
        self.log = []

    def work(self, worker):
        try:
            for step in range(self._steps):
                self.log.append((step, worker))
                self._barrier.wait()
                if worker == "leader":
                    self._barrier.reset()
        except threading.BrokenBarrierError:
            self.log.append(("stopped", worker))


def test_barrier_reuse():
    simulation = Simulation(workers=2, steps=2)
    threads = [threading.Thread(target=simulation.work, args=(name,)) for name in ("helper", "leader")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(simulation.log) == 4
