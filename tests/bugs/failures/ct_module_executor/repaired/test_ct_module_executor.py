"""Thumbnails are made on an executor of the module, which lives as long as the process."""

from concurrent.futures import ThreadPoolExecutor

EXECUTOR = ThreadPoolExecutor(2, thread_name_prefix="thumbnail")


class Camera:
    def shrink(self, photo):
        return f"{photo}-small"


def thumbnail(camera, photo):
    return camera.shrink(photo)


def thumbnails(camera, photos):
    futures = {photo: EXECUTOR.submit(thumbnail, camera, photo) for photo in photos}
    made, failed = [], []
    for photo, future in futures.items():
        if future.exception() is not None:
            failed.append(photo)
        else:
            made.append(future.result())
    return made, failed


def test_all_thumbnails_are_made():
    assert thumbnails(Camera(), ["cat", "dog", "owl"]) == (["cat-small", "dog-small", "owl-small"], [])
