import os

_OPEN = []


def write(folder, name, press):
    number = os.open(folder / name, os.O_CREAT | os.O_WRONLY)
    _OPEN.append(number)
    os.write(number, b"page")
    press.print_page(name)


def close_all():
    while _OPEN:
        os.close(_OPEN.pop())
