"""Documents are rendered in processes; a document that cannot be is reported, the others are kept."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

CONTEXT = multiprocessing.get_context("fork")


class RenderError(Exception):
    def __init__(self, document: str, page: int) -> None:
        super().__init__(f"{document}, page {page}")
        self.document, self.page = document, page

    def __reduce__(self) -> tuple[type, tuple[str, int]]:
        return type(self), (self.document, self.page)


def layout(document: str, page: int) -> str:
    if page > 9:
        raise RenderError(document, page)
    return f"{document}/{page}"


def render(document: str, pages: int) -> list[str]:
    return [layout(document, page) for page in range(pages)]


def render_all(documents: dict[str, int]) -> tuple[dict[str, list[str]], dict[str, int]]:
    rendered, broken = {}, {}
    with ProcessPoolExecutor(1, mp_context=CONTEXT) as pool:
        jobs = {name: pool.submit(render, name, pages) for name, pages in documents.items()}
        for name, job in jobs.items():
            try:
                rendered[name] = job.result()
            except RenderError as error:
                broken[name] = error.page
    return rendered, broken


def test_documents_are_rendered() -> None:
    rendered, broken = render_all({"letter": 1, "book": 2})
    assert set(rendered) == {"letter", "book"}
    assert not broken
