"""Two workers meet when they have loaded and again when they have computed."""

import threading


class Model:
    def __init__(self, workers):
        self._barrier = threading.Barrier(workers)
        self.log = []

    def work(self, name):
        try:
            self._barrier.wait(timeout=0.2)
        except threading.BrokenBarrierError:
            return
        self.log.append(name)
        self._barrier.wait()


def test_phase_barrier():
    model = Model(workers=2)
    threads = [threading.Thread(target=model.work, args=(name,)) for name in ("left", "right")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(model.log) in ([], ["left", "right"])
