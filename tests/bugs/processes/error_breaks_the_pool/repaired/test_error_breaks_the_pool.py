"""Documents are rendered in processes; a broken document is reported, the others are kept."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import pytest


class RenderError(Exception):
    def __init__(self, document, page):
        super().__init__(f"{document}, page {page}")
        self.document, self.page = document, page

    def __reduce__(self):
        return type(self), (self.document, self.page)


def layout(document, page):
    if page > 9:
        raise RenderError(document, page)
    return f"{document}/{page}"


def render(document, pages):
    return [layout(document, page) for page in range(pages)]


def render_all(documents):
    rendered, broken = {}, {}
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as pool:
        futures = {name: pool.submit(render, name, pages) for name, pages in documents.items()}
        for name, future in futures.items():
            try:
                rendered[name] = future.result()
            except RenderError as error:
                broken[name] = error.page
    return rendered, broken


@pytest.mark.taskfail
def test_documents_are_rendered_or_reported():
    rendered, broken = render_all({"letter": 1, "book": 3})
    assert set(rendered) | set(broken) == {"letter", "book"}
