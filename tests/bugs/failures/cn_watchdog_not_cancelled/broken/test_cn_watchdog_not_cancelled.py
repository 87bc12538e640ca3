"""Documents are converted on a pool; a watchdog timer per document notes those that take too long."""

import threading
from concurrent.futures import ThreadPoolExecutor


class Converter:
    def convert(self, document):
        return document.replace(".odt", ".pdf")


class Office:
    PATIENCE = 600.0

    def __init__(self, converter):
        self.converter = converter
        self.overdue = []

    def convert(self, document):
        watchdog = threading.Timer(self.PATIENCE, self.overdue.append, [document])
        watchdog.daemon = True
        watchdog.start()
        pdf = self.converter.convert(document)
        watchdog.cancel()
        return pdf

    def convert_all(self, documents):
        pdfs, failed = [], {}
        with ThreadPoolExecutor(2, thread_name_prefix="convert") as pool:
            futures = {document: pool.submit(self.convert, document) for document in documents}
        for document, future in futures.items():
            if (error := future.exception()) is not None:
                failed[document] = error
            else:
                pdfs.append(future.result())
        return pdfs, failed


def test_all_documents_are_converted():
    office = Office(Converter())
    assert office.convert_all(["letter.odt", "offer.odt", "bill.odt"]) == (["letter.pdf", "offer.pdf", "bill.pdf"], {})
    assert office.overdue == []
