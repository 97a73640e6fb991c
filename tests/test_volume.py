"""Whether a disk is encrypted is told from what the kernel says, through whatever lies between; it is not guessed."""

import plistlib
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from pipelines.volume import Volume, on_a_mac, on_linux, volume_of

LUKS = "CRYPT-LUKS2-5a1e-home"


class Kernel:
    """A made-up /proc and /sys."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._mounts: list[str] = []
        self._number = 0
        (root / "proc/self").mkdir(parents=True)
        (root / "sys/dev/block").mkdir(parents=True)
        (root / "sys/class/block").mkdir(parents=True)

    def device(self, name: str, *parts: Path, uuid: str = "", inside: Path | None = None) -> Path:
        """A device made of other devices, or a partition inside one; with a name for the device mapper if it is its."""
        self._number += 1
        folder = (inside or self.root / "sys/devices") / name
        (folder / "slaves").mkdir(parents=True)
        for part in parts:
            (folder / "slaves" / part.name).symlink_to(part)
        if inside:
            (folder / "partition").write_text("1\n")
        if uuid:
            (folder / "dm").mkdir()
            (folder / "dm/uuid").write_text(f"{uuid}\n")
        (self.root / f"sys/dev/block/8:{self._number}").symlink_to(folder)
        (self.root / f"sys/class/block/{name}").symlink_to(folder)
        return folder

    def mount(self, device: Path | str, place: str = "/", kind: str = "ext4", source: str = "/dev/x") -> None:
        """A file system on the device, or on `0:40` for one with no device of its own."""
        links = (self.root / "sys/dev/block").iterdir()
        number = device if isinstance(device, str) else next(one.name for one in links if one.resolve() == device)
        self._mounts.append(f"36 1 {number} / {place} rw,noatime shared:1 - {kind} {source} rw")
        (self.root / "proc/self/mountinfo").write_text("\n".join(self._mounts) + "\n")

    def says(self, place: str = "/home/practice/store") -> bool | None:
        """What is told of a path."""
        return on_linux(Path(place), self.root).is_encrypted


@pytest.fixture
def kernel(tmp_path: Path) -> Kernel:
    """One without any device yet."""
    return Kernel(tmp_path)


def test_a_plain_disk_is_not_encrypted(kernel: Kernel) -> None:
    """A partition of a disk, with nothing between; what the disk does itself is said to be out of sight."""
    disk = kernel.device("sda")
    kernel.mount(kernel.device("sda1", inside=disk), source="/dev/sda1")
    found = on_linux(Path("/home"), kernel.root)
    assert (False, "/dev/sda1 is not on dm-crypt; what the disk itself encrypts cannot be seen from here") == found


@pytest.mark.parametrize("uuid", [LUKS, "CRYPT-LUKS1-1-x", "CRYPT-PLAIN-x", "CRYPT-BITLK-1-x", "part1-CRYPT-LUKS2-1-x"])
def test_dm_crypt_is_encrypted(kernel: Kernel, uuid: str) -> None:
    """LUKS, and whatever else dm-crypt opens; a partition of such a device too."""
    kernel.mount(kernel.device("dm-0", kernel.device("sda"), uuid=uuid), source="/dev/mapper/home")
    assert Volume(True, "/dev/mapper/home is on dm-crypt") == on_linux(Path("/home"), kernel.root)


@pytest.mark.parametrize("uuid", ["CRYPT-VERITY-1-x", "CRYPT-INTEGRITY-1-x", "LVM-abc", "mpath-abc", "notCRYPT-LUKS2"])
def test_other_mapped_devices_are_not(kernel: Kernel, uuid: str) -> None:
    """What only checks its blocks, or joins disks, encrypts nothing, though some of it has CRYPT in its name."""
    kernel.mount(kernel.device("dm-0", kernel.device("sda"), uuid=uuid))
    assert kernel.says() is False


def test_a_logical_volume_on_dm_crypt_is_encrypted(kernel: Kernel) -> None:
    """As installers set it up: LVM within LUKS; and a partition of that."""
    crypt = kernel.device("dm-0", kernel.device("nvme0n1p3"), uuid=LUKS)
    volume = kernel.device("dm-1", crypt, uuid="LVM-abc")
    kernel.mount(volume)
    kernel.mount(kernel.device("dm-1p1", inside=volume), "/home")
    assert (True, True) == (kernel.says("/srv"), kernel.says("/home"))


@pytest.mark.parametrize(("second", "expected"), [(LUKS, True), ("", False)])
def test_a_volume_over_two_disks_needs_both(kernel: Kernel, second: str, expected: bool) -> None:
    """A logical volume or RAID of which one half is not encrypted is not."""
    halves = [kernel.device("dm-0", kernel.device("sda"), uuid=LUKS), kernel.device("sdb", uuid=second)]
    kernel.mount(kernel.device("md0", *halves))
    assert expected is kernel.says()


def test_the_deepest_and_last_mount_counts(kernel: Kernel) -> None:
    """A folder belongs to the mount it is in, not to one with a similar name; what is mounted over another hides it."""
    plain, crypt = kernel.device("sda"), kernel.device("dm-0", uuid=LUKS)
    kernel.mount(plain)
    kernel.mount(crypt, "/home")
    kernel.mount(plain, r"/home/my\040practice")
    found = {place: kernel.says(place) for place in ("/srv", "/home/x", "/homework", "/home/my practice/store")}
    assert {"/srv": False, "/home/x": True, "/homework": False, "/home/my practice/store": False} == found
    kernel.mount(crypt)
    assert (True, False) == (kernel.says("/srv"), kernel.says("/home/my practice/store"))


@pytest.mark.parametrize(("second", "expected"), [(LUKS, True), ("", False)])
def test_btrfs_is_on_all_its_devices(kernel: Kernel, second: str, expected: bool) -> None:
    """Its mount has a number of no device; which devices its pool has, /sys says."""
    first, other = kernel.device("dm-0", uuid=LUKS), kernel.device("dm-1", uuid=second)
    (kernel.root / "dev/mapper").mkdir(parents=True)
    (kernel.root / "dev/dm-0").touch()
    (kernel.root / "dev/mapper/home").symlink_to("../dm-0")
    kernel.mount("0:40", kind="btrfs", source="/dev/mapper/home")
    assert kernel.says() is True  # a pool that /sys says nothing of: the device that is named
    pool = kernel.root / "sys/fs/btrfs/1234/devices"
    pool.mkdir(parents=True)
    for device in (first, other):
        (pool / device.name).symlink_to(device)
    assert expected is kernel.says()


@pytest.mark.parametrize("kind", ["overlay", "nfs4", "cifs", "zfs", "9p", "virtiofs", "tmpfs", "fuse.sshfs"])
def test_what_cannot_be_seen_is_not_guessed(kernel: Kernel, kind: str) -> None:
    """A container, a network disk, ZFS, or memory that may be swapped: nobody can tell from here."""
    kernel.mount("0:40", kind=kind, source="server:/export")
    assert kernel.says() is None


@pytest.mark.parametrize("kind", ["ecryptfs", "fuse.gocryptfs"])
def test_encrypting_file_systems_are_encrypted(kernel: Kernel, kind: str) -> None:
    """Some encrypt files instead of a device."""
    kernel.mount("0:40", kind=kind, source="/home/.private")
    assert kernel.says() is True


def test_a_file_as_a_disk_is_not_guessed(kernel: Kernel) -> None:
    """What a loop device's file lies on is not followed, unless dm-crypt stands between."""
    loop = kernel.device("loop0")
    (loop / "loop").mkdir()
    kernel.mount(loop)
    kernel.mount(kernel.device("dm-0", loop, uuid=LUKS), "/home")
    assert (None, True) == (kernel.says("/srv"), kernel.says("/home"))


def test_without_proc_or_sys_nobody_can_tell(kernel: Kernel, tmp_path: Path) -> None:
    """No mountinfo, no mount, or a device that is not in /sys: said, not traced."""
    assert kernel.says() is None
    kernel.mount(kernel.device("sda"), "/other")
    assert kernel.says() is None
    kernel.mount("9:99")
    assert kernel.says() is None


def test_this_computer_is_asked(tmp_path: Path) -> None:
    """Whatever the answer here, there is one, with a reason; also for a folder that is not there yet."""
    found = volume_of(tmp_path / "not" / "yet")
    assert found.is_encrypted in (True, False, None)
    assert found.why
    assert found == volume_of(tmp_path)


def mac(told: object) -> Volume:
    """What a Mac says whose diskutil prints this."""

    def run(words: Sequence[str]) -> bytes:
        if isinstance(told, Exception):
            raise told
        if words[0] == "df":
            return b"Filesystem 512-blocks Used Available Capacity Mounted on\n/dev/disk3s5 1 1 1 1% /Users\n"
        assert ["diskutil", "info", "-plist", "/dev/disk3s5"] == list(words)
        return plistlib.dumps(told) if isinstance(told, dict) else b"nonsense"

    return on_a_mac(Path("/Users/x"), run)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"FileVault": True, "Encryption": True}, True),
        ({"FileVault": False, "Encryption": False}, False),
        ({"Encryption": True}, True),
        ({"Encryption": "yes"}, None),
        ({}, None),
        ("nonsense", None),
        (FileNotFoundError(2, "no such tool"), None),
        (subprocess.TimeoutExpired("diskutil", 5), None),
    ],
)
def test_a_mac_says_it_by_diskutil(told: object, expected: bool | None) -> None:
    """FileVault or an encrypted volume; anything else that it prints is no answer."""
    assert expected is mac(told).is_encrypted
