"""Albums are made in one pool, their pictures in another."""

from concurrent.futures import ThreadPoolExecutor


def scale(picture):
    return picture.lower()


def make_album(scalers, pictures):
    return [future.result() for future in [scalers.submit(scale, picture) for picture in pictures]]


def test_control_two_tier_pools():
    with ThreadPoolExecutor(max_workers=1) as scalers, ThreadPoolExecutor(max_workers=2) as makers:
        albums = [makers.submit(make_album, scalers, pictures) for pictures in ("AB", "CD")]
        assert [album.result() for album in albums] == [["a", "b"], ["c", "d"]]
