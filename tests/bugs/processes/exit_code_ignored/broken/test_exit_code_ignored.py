"""Pages are fetched by processes of their own, each puts its page into a folder."""

import multiprocessing
from pathlib import Path

import pytest


def fetch(number: int) -> str:
    return f"page {number}"


def save(number: int, folder: Path) -> None:
    (folder / f"{number}.html").write_text(fetch(number))


def save_all(count: int, folder: Path) -> None:
    context = multiprocessing.get_context("fork")
    children = [context.Process(target=save, args=(number, folder)) for number in range(count)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    pass


@pytest.mark.taskfail
def test_every_page_is_saved(tmp_path: Path) -> None:
    save_all(2, tmp_path)
    assert len(list(tmp_path.iterdir())) == 2
