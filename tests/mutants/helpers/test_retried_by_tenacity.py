"""The same with a library: attempts, waits and errors are those of its decorator."""

from concurrent.futures import ThreadPoolExecutor

from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_exponential

from pytest_taskfail import Raise


def send(text):
    return len(text)


class Mailer:
    def __init__(self, send):
        self.send = send

    @retry(
        retry=retry_if_exception_type(ConnectionError), stop=stop_after_attempt(3), wait=wait_exponential(max=10), reraise=True
    )
    def mail(self, text):
        return self.send(text)


def all_mails(mailer, texts):
    with ThreadPoolExecutor(1) as pool:
        jobs = [pool.submit(mailer.mail, text) for text in texts]
    return [job.exception() for job in jobs]


def test_the_connection_is_down(taskfail):
    sent = taskfail.record(send)
    taskfail.inject(Raise(ConnectionError, always=True), at="call:send in mail#0")
    errors = all_mails(Mailer(sent), ["hello", "again"])
    taskfail.assert_retried("send", attempts=range(1, 4), waits=[1, 2], on=ConnectionError, raised=errors[0])
    taskfail.assert_retried("send", attempts=3, on=ConnectionError)
