"""Threads that accompany a job end with it."""

import queue
import threading
from concurrent.futures import ThreadPoolExecutor


class Job:
    def __init__(self):
        self.rows, self.beats = [], 0

    def beat(self, stop):
        while not stop.wait(1):
            self.beats += 1

    def write(self, waiting):
        while (row := waiting.get()) is not None:
            self.rows.append(row)

    def run_with_heart(self, numbers):
        stop = threading.Event()
        heart = threading.Thread(target=self.beat, args=(stop,), daemon=True)
        heart.start()
        try:
            return [compute(number) for number in numbers]
        finally:
            stop.set()
            heart.join()

    def run_with_writer(self, numbers):
        waiting = queue.Queue()
        writer = threading.Thread(target=self.write, args=(waiting,), daemon=True)
        writer.start()
        try:
            for number in numbers:
                waiting.put(compute(number))
        finally:
            waiting.put(None)
            writer.join()
        return self.rows

    def run_with_alarm(self, numbers):
        alarm = threading.Timer(300, print, ["late"])
        alarm.daemon = True
        alarm.start()
        try:
            return [compute(number) for number in numbers]
        finally:
            alarm.cancel()

    def run_with_pool(self, numbers):
        pool = ThreadPoolExecutor(2)
        try:
            return [job.result() for job in [pool.submit(compute, number) for number in numbers]]
        finally:
            pool.shutdown()


def compute(number):
    if number < 0:
        raise ValueError(number)
    return number


def run(method):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(method, [1, 2]).exception()


def test_a_heart():
    run(Job().run_with_heart)


def test_a_writer():
    run(Job().run_with_writer)


def test_an_alarm():
    run(Job().run_with_alarm)


def test_a_pool():
    run(Job().run_with_pool)
