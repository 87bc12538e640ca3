"""Forty handlers. The comment behind each says under which exceptions of `step` it is entered because of an exception.

`step()` raises that, or nothing; then no handler counts as entered, whatever runs.
"""

import asyncio
import contextlib
import threading

LOCK = threading.Lock()
ERRORS = (None, KeyError, ValueError, OSError)


# fmt: off
def one_line(step):
    try: step()
    except KeyError: pass  # by: KeyError
    except (ValueError, TypeError): pass  # by: ValueError
# fmt: on


def in_order(step):
    try:
        step()
    except LookupError as error:  # by: KeyError
        str(error)
    except KeyError:  # by: nothing
        pass
    except Exception:  # by: ValueError OSError
        pass


def bare(step):
    try:
        step()
    except KeyError:  # by: KeyError
        pass
    except:  # by: ValueError OSError
        pass


def tidy(step):
    try:
        step()
    finally:  # by: KeyError ValueError OSError
        len("")


def tidy_and_empty(step):
    try:
        step()
    finally:  # by: KeyError ValueError OSError
        pass


def tidy_behind_clause(step):
    try:
        step()
    except KeyError:  # by: KeyError
        pass
    else:
        len("")
    finally:  # by: ValueError OSError
        len("")


def tidy_with_return(step):
    for number in range(3):
        try:
            if number:
                return number
            step()
        finally:  # by: KeyError ValueError OSError
            if number > 5:
                len("")


def tidy_that_swallows(step):
    try:
        step()
    finally:  # by: KeyError ValueError OSError
        return


def tidy_twice(step):
    try:
        try:
            step()
        finally:  # by: KeyError ValueError OSError
            len("")
    except OSError:  # by: OSError
        pass
    finally:  # by: KeyError ValueError
        len("")


def clause_in_tidy(step):
    try:
        len("")
    finally:  # by: nothing
        try:
            step()
        except KeyError:  # by: KeyError
            pass


def fails_in_clause(step):
    try:
        try:
            step()
        except KeyError:  # by: KeyError
            raise OSError from None
        finally:  # by: KeyError ValueError OSError
            len("")
    except OSError:  # by: KeyError OSError
        pass


def in_a_with(step):
    with LOCK:  # by: KeyError ValueError OSError
        step()


def in_two_withs(step):
    with contextlib.suppress(KeyError), LOCK:  # by: KeyError ValueError OSError
        step()


def with_inside(step):
    with contextlib.suppress(ValueError):  # by: ValueError OSError
        with contextlib.suppress(KeyError):  # by: KeyError ValueError OSError
            step()
        len("")


def with_and_return(step):
    with LOCK:  # by: nothing
        len("")
    try:
        with LOCK:  # by: KeyError ValueError OSError
            return step()
    except (KeyError, ValueError, OSError):  # by: KeyError ValueError OSError
        return None


def groups(step):
    try:
        try:
            step()
        except Exception as error:  # by: KeyError ValueError OSError
            raise ExceptionGroup("all", [error]) from None
    except* KeyError:  # by: KeyError
        pass
    except* (ValueError, TypeError) as group:  # by: ValueError
        str(group)


def again_and_again(step):
    for _ in range(2):
        try:
            step()
        except OSError:  # by: OSError
            continue
        break
    else:  # by: OSError
        len("")


def generator(step):
    def inner():
        try:
            yield step()
        except KeyError:  # by: KeyError
            yield None
        finally:  # by: ValueError OSError
            len("")

    list(inner())


def thrown_into(step):
    @contextlib.contextmanager
    def inner():
        try:
            yield
        except KeyError:  # by: KeyError
            pass

    with inner():  # by: KeyError ValueError OSError
        step()


def event_loop(step):
    class Room:
        async def __aenter__(self):
            await asyncio.sleep(0)

        async def __aexit__(self, kind, error, trace):
            await asyncio.sleep(0)
            return kind is KeyError

    async def body():
        try:
            async with Room():  # by: KeyError ValueError OSError
                await asyncio.sleep(0)
                step()
        except ValueError:  # by: ValueError
            await asyncio.sleep(0)

    asyncio.run(body())


def thread(step):
    def body():
        with contextlib.suppress(Exception):  # by: ValueError OSError
            try:
                step()
            except KeyError:  # by: KeyError
                pass

    one = threading.Thread(target=body)
    one.start()
    one.join()


FUNCTIONS = [value for value in list(globals().values()) if getattr(value, "__module__", "") == __name__]
