"""Workers encode songs; a thread of the driver shows which are done."""

import multiprocessing
import queue
import threading

CONTEXT = multiprocessing.get_context("fork")


def encode(song: int) -> int:
    return song


def show(done: "queue.SimpleQueue[int | None]", shown: list[int]) -> None:
    while (song := done.get()) is not None:
        shown.append(song)


def encode_all(count: int) -> list[int]:
    done: queue.SimpleQueue[int | None] = queue.SimpleQueue()
    shown: list[int] = []
    printer = threading.Thread(target=show, args=(done, shown), daemon=True)
    with CONTEXT.Pool(1) as pool:
        printer.start()
        try:
            for song in pool.imap(encode, range(count)):
                done.put(song)
        finally:
            done.put(None)
            printer.join()
    return shown


def test_all_are_shown() -> None:
    assert encode_all(2) == [0, 1]
