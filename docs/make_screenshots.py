"""Makes the pictures of the documentation from real runs: `python docs/make_screenshots.py`.

Needs pytest-taskfail, playwright and a Chromium, either one on the PATH or playwright's own.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).resolve().parent
IMAGES = HERE / "images"
PROGRAM = "examples/shared_lock/see_it_fail.py"
TEST = "test_every_order_is_picked"
BYTES_MAX = 150_000

PICTURES = {"report.png": ("#t0", 860), "finding.png": ("#t0-0", 872)}
"""What each shows, and its height in pixels at most: what comes below is cut off."""


def explore(report: Path) -> None:
    """Runs the example and writes its report."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "--taskfail"]
    command += [f"--taskfail-report={report}", f"{PROGRAM}::{TEST}"]
    done = subprocess.run(command, cwd=HERE.parent, capture_output=True, text=True, check=False)
    if done.returncode != 1:
        sys.exit(f"the example should fail with a finding; pytest ended with {done.returncode}:\n{done.stdout}{done.stderr}")


def picture(report: Path) -> None:
    """Shows the report and takes the pictures."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1000, "height": 4000}, color_scheme="light")
        page.goto(report.as_uri())
        for name, (part, height) in PICTURES.items():
            box = page.locator(part).bounding_box()
            if box is None:
                sys.exit(f"the report shows no {part}")
            clip = {**box, "height": min(box["height"], height)}
            page.screenshot(path=IMAGES / name, clip=clip)  # type: ignore[arg-type]
        browser.close()


def check() -> None:
    """Pictures in a repository are kept small."""
    for name in PICTURES:
        size = (IMAGES / name).stat().st_size
        print(f"docs/images/{name}: {size:,} bytes")
        if size > BYTES_MAX:
            sys.exit(f"{name} has {size:,} bytes, {BYTES_MAX:,} are allowed; lower its height in PICTURES")


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.html"
        explore(report)
        picture(report)
    check()


if __name__ == "__main__":
    main()
