"""A child answers over a pipe; the parent waits for the answer."""

import multiprocessing
from typing import Any

CONTEXT = multiprocessing.get_context("fork")


def think(question: int) -> int:
    return question + 1


def answer(end: Any, question: int) -> None:
    end.send(think(question))


def ask(question: int) -> int:
    ours, theirs = CONTEXT.Pipe()
    child = CONTEXT.Process(target=answer, args=(theirs, question))
    child.start()
    result = int(ours.recv())
    child.join()
    return result


def test_an_answer_comes() -> None:
    assert ask(41) == 42
