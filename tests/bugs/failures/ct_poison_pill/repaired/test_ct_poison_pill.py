"""Workers end on a poison pill, and each puts the pill back for the next one: it is still in the queue at the end."""

import queue
import threading

PILL = None


class Crusher:
    def crush(self, stone):
        return stone // 2


class Quarry:
    def __init__(self, crusher):
        self.crusher = crusher
        self.stones = queue.Queue()
        self.gravel, self.stuck = [], {}

    def _work(self):
        while True:
            stone = self.stones.get()
            if stone is PILL:
                self.stones.put(PILL)
                return
            try:
                self.gravel.append(self.crusher.crush(stone))
            except Exception as error:
                self.stuck[stone] = error

    def run(self, stones):
        workers = [threading.Thread(target=self._work, name=f"crusher-{n}") for n in range(2)]
        for worker in workers:
            worker.start()
        for stone in stones:
            self.stones.put(stone)
        self.stones.put(PILL)
        for worker in workers:
            worker.join()


def test_all_stones_are_crushed():
    quarry = Quarry(Crusher())
    quarry.run([40, 60, 80, 100])
    assert sorted(quarry.gravel) == [20, 30, 40, 50] and quarry.stuck == {}
