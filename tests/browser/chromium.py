"""Where the browser of the browser tests is, and how it gets there when it is missing.

`python -m tests.browser.chromium` leaves a machine with a Chromium or Chrome that the tests can start, or says why it
could not and exits with 1: browser tests are never skipped in silence.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")

LAUNCH_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # whatever asks for another machine finds none
]


def find() -> str | None:
    """Path of a browser that Playwright can start, or None."""
    on_path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if on_path or MAC.exists():
        return on_path or str(MAC)
    return playwrights_own()


def playwrights_own() -> str | None:
    """Path of the Chromium that Playwright installed for itself, or None."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install() -> None:
    """Tries Debian's package where that is possible, then Playwright's own download."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=False, env=environment)
        subprocess.run(["apt-get", "install", "-y", "-qq", "chromium"], check=False, env=environment)
    if find() is None:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def main() -> int:
    """Exit status: 0 when there is a browser at the end."""
    if find() is None:
        print("No Chromium or Chrome found: installing one for the browser tests.", flush=True)
        install()
    if find() is None:
        print("The browser tests need Chromium or Chrome and none could be installed.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
