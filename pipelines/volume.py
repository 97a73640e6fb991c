"""Whether the disk under a folder is encrypted, as far as the operating system says; asked offline, in milliseconds.

On Linux the kernel says it: which device the folder's file system is on (/proc/self/mountinfo), and what that device is
made of (/sys), down through partitions, logical volumes and RAID to dm-crypt. On a Mac, `diskutil` does. What cannot be
seen is not guessed: network disks, containers, and the encryption that a disk or a cloud has of its own.
"""

import functools
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path("/")
CRYPT = re.compile(r"(part\d+-)?CRYPT-(?!VERITY|INTEGRITY|SUBDEV)")  # those three only check what they hold
ENCRYPTING = ("ecryptfs", "fuse.cryfs", "fuse.encfs", "fuse.gocryptfs", "fuse.securefs")
IN_MEMORY = ("ramfs", "tmpfs")
SECONDS = 5  # for a tool of the operating system

Run = Callable[[Sequence[str]], bytes]  # what a command prints; OSError or SubprocessError where it fails


class Volume(NamedTuple):
    """Whether it is encrypted (None: nobody can tell), and how that is known."""

    is_encrypted: bool | None
    why: str


class Mount(NamedTuple):
    """A line of mountinfo: where, which device, what kind of file system, on what."""

    place: Path
    device: str  # such as 253:0
    kind: str
    source: str


def volume_of(folder: Path) -> Volume:
    """The volume that the folder is on, or will be on."""
    place = folder.resolve()
    while not place.exists():
        place = place.parent
    if sys.platform == "linux":
        return on_linux(place)
    if sys.platform == "darwin":
        return on_a_mac(place, _printed)
    return Volume(None, f"it is not known how to ask {sys.platform}")


@functools.cache
def known_volume_of(folder: Path) -> Volume:
    """The same, asked once in this process."""
    return volume_of(folder)


def on_linux(place: Path, root: Path = ROOT) -> Volume:
    """The volume of an existing path, by what the kernel says under `root`."""
    try:
        mount = _mount(place, root)
        if mount is None or mount.kind in IN_MEMORY:
            return Volume(None, "it is in memory, not on a disk" if mount else "its file system is not in mountinfo")
        if mount.kind in ENCRYPTING:
            return Volume(True, f"its file system is {mount.kind}")
        found = [_is_encrypted(device) for device in _devices(mount, root)]
    except OSError as problem:
        return Volume(None, f"the kernel does not say ({problem.strerror})")
    if not found or None in found:
        return Volume(None, f"a file system of the kind {mount.kind} does not say what it is on")
    if all(found):
        return Volume(True, f"{mount.source} is on dm-crypt")
    return Volume(False, f"{mount.source} is not on dm-crypt; what the disk itself encrypts cannot be seen from here")


def _mount(place: Path, root: Path) -> Mount | None:
    """The mount that the path is in: the deepest, and of several there the last."""
    best = None
    for line in (root / "proc/self/mountinfo").read_text(encoding="utf-8", errors="replace").splitlines():
        before, _, after = line.partition(" - ")
        words, told = before.split(" "), after.split(" ")
        mount = Mount(Path(_unescaped(words[4])), words[2], told[0], _unescaped(told[1]))
        is_in = place.is_relative_to(mount.place)
        if is_in and (best is None or len(mount.place.parts) >= len(best.place.parts)):
            best = mount
    return best


def _unescaped(text: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), text)


def _devices(mount: Mount, root: Path) -> Iterator[Path]:
    """The folders in /sys of all devices that the file system is on."""
    if not mount.device.startswith("0:"):
        yield (root / "sys/dev/block" / mount.device).resolve(strict=True)
    elif mount.source.startswith("/dev/"):  # Btrfs: a number of its own, perhaps over several devices
        name = (root / mount.source.lstrip("/")).resolve().name
        pools = [set(pool.iterdir()) for pool in (root / "sys/fs/btrfs").glob("*/devices")]
        together = next((pool for pool in pools if name in {each.name for each in pool}), {Path(name)})
        for device in together:
            yield (root / "sys/class/block" / device.name).resolve(strict=True)


def _is_encrypted(device: Path) -> bool | None:
    """Whether everything written to the device is encrypted: it is dm-crypt, or all that it is made of are."""
    uuid = device / "dm/uuid"
    if uuid.exists() and CRYPT.match(uuid.read_text(encoding="ascii", errors="replace")):
        return True
    if (device / "partition").exists():
        return _is_encrypted(device.parent)
    if (device / "loop").exists():  # a file on another file system
        return None
    parts = [_is_encrypted(part.resolve(strict=True)) for part in (device / "slaves").glob("*")]
    return None if None in parts else bool(parts) and all(parts)


def on_a_mac(place: Path, run: Run) -> Volume:
    """The volume of an existing path, by what `df` and `diskutil` print."""
    import plistlib
    import subprocess

    try:
        device = run(["df", "-P", str(place)]).decode().splitlines()[1].split()[0]
        told = plistlib.loads(run(["diskutil", "info", "-plist", device]))
    except (OSError, ValueError, IndexError, subprocess.SubprocessError, plistlib.InvalidFileException):
        return Volume(None, "diskutil does not say")
    said = [told[name] for name in ("FileVault", "Encryption") if isinstance(told.get(name), bool)]
    if not said:
        return Volume(None, f"diskutil does not say of {device}")
    return Volume(any(said), f"diskutil says that {device} {'is' if any(said) else 'is not'} encrypted")


def _printed(words: Sequence[str]) -> bytes:
    import subprocess

    return subprocess.run(words, capture_output=True, check=True, timeout=SECONDS).stdout
