"""Archives made to hurt: what comes out is counted, whatever they say of themselves, and refused with its numbers."""

import gzip
import io
import stat
import struct
import warnings
import zipfile
from pathlib import Path

import pytest

from pipelines import limits
from pipelines.archives import expand
from pipelines.errors import NotReadable, UsageError
from pipelines.limits import Limits, list_bytes
from pipelines.settings import read_settings
from pipelines.sources import read
from tests.shared import contents

ZEROS = b"0" * 4_000_000
SMALL = Limits(file_mb=1, archive_mb=2, archive_files=5)


def zipped(*files: tuple[str, bytes]) -> bytes:
    """A zip of these, names twice as they may be."""
    made = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")  # two members with one name
        for name, data in files:
            archive.writestr(name, data)
    return made.getvalue()


def refusals(path: Path, limits: Limits) -> list[str]:
    """Why each file of the archive cannot be read; '' for one that can."""
    found = []
    for source in expand(path, limits):
        try:
            with source.open() as stream:
                while stream.read(1 << 20):
                    pass
            found.append("")
        except NotReadable as problem:
            found.append(problem.got)
    return found


def put(folder: Path, name: str, data: bytes) -> Path:
    """The file, written."""
    (folder / name).write_bytes(data)
    return folder / name


def test_a_bomb_is_refused_by_its_ratio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a gz, in a zip, and as a zip of zips: what counts is the file that arrived."""
    monkeypatch.setattr(limits, "FREE", 1_000_000)
    part = zipped(("a.835", ZEROS[:900_000]))
    nested = zipped(*((f"{place}.zip", part) for place in range(4)))
    for name, data in (("a.835.gz", gzip.compress(ZEROS)), ("b.zip", zipped(("a.835", ZEROS))), ("c.zip", nested)):
        got = refusals(put(tmp_path, name, data), Limits())
        assert f"{name} unpacks to more than 300 times its {len(data):,} bytes" == got[-1]


def test_the_numbers_of_the_settings_hold(tmp_path: Path) -> None:
    """Bytes of a file, of all files, and how many files, archives within it counted too."""
    large, many = b"x" * 1_100_000, [(f"{n}.835", b"x") for n in range(4)]
    assert ["more than 1 MB"] == refusals(put(tmp_path, "a.zip", zipped(("a.835", large))), SMALL)
    three = zipped(*((f"{n}.835", large[:900_000]) for n in range(3)))
    assert ["", "", "b.zip unpacks to more than 2 MB"] == refusals(put(tmp_path, "b.zip", three), SMALL)
    inner = zipped(("x.zip", zipped(*many)), ("y.zip", zipped(*many)))
    assert ["an archive of more than 5 files"] * 2 == refusals(put(tmp_path, "c.zip", inner), SMALL)[-2:]


def test_a_file_that_is_opened_again_counts_once(tmp_path: Path) -> None:
    """Looking, checking and loading read a file several times."""
    path = put(tmp_path, "a.zip", zipped(("a.835", b"x" * 900_000)))
    [source] = expand(path, SMALL)
    for _ in range(4):
        with source.open() as stream:
            assert 900_000 == len(stream.read())


def test_a_list_of_files_too_long_is_not_even_read(tmp_path: Path) -> None:
    """A zip of nothing but names would fill the memory before the first is opened."""
    data = bytearray(zipped(("a.835", b"x")))
    end = data.rindex(b"PK\x05\x06")
    data[end + 12 : end + 16] = struct.pack("<I", 900_000_000)
    path = put(tmp_path, "a.zip", bytes(data))
    assert ["a zip whose list of files has 900,000,000 bytes"] == refusals(path, Limits())
    assert 900_000_000 == list_bytes(io.BytesIO(bytes(data)))


def test_names_are_told_and_never_used_as_paths(tmp_path: Path) -> None:
    """Members that climb out of the folder, begin at the root, are links or hold SQL are files like any other."""
    link = zipfile.ZipInfo("link.835")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    names = ("../../up.835", "/root.835", "a'; drop table denial; --.835")
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, b"ISA")
        archive.writestr(link, "/etc/passwd")
    path = put(tmp_path, "a.zip", made.getvalue())
    before = contents(tmp_path)
    found = {source.name.partition("/")[2]: source for source in expand(path)}
    assert {*names, "link.835"} == set(found)
    with found["link.835"].open() as stream:
        assert b"/etc/passwd" == stream.read()  # what the link says, and not what lies there
    assert before == contents(tmp_path)


def test_two_members_with_one_name_are_two_files(tmp_path: Path) -> None:
    """The name alone would give the last one twice, and the first would be lost without a word."""
    path = put(tmp_path, "a.zip", zipped(("a.835", b"first"), ("a.835", b"second")))
    found = []
    for source in expand(path):
        with source.open() as stream:
            found.append(stream.read())
    assert [b"first", b"second"] == found


def test_a_locked_member_says_so(tmp_path: Path) -> None:
    """A password cannot be guessed."""
    data = bytearray(zipped(("a.835", b"x")))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert ["locked with a password"] == refusals(put(tmp_path, "a.zip", bytes(data)), Limits())


def test_limits_stand_in_the_settings(tmp_path: Path) -> None:
    """A number of the file counts; what is none is refused by its place."""
    path = put(tmp_path, "settings.toml", b"[limits]\narchive_files = 7\n")
    path.chmod(0o600)
    assert Limits(archive_files=7) == read_settings(tmp_path).limits
    path.write_text("[limits]\nupload_mb = -1\n")
    with pytest.raises(UsageError, match=r"limits\.upload_mb: got -1, wanted a whole number"):
        read_settings(tmp_path)


@pytest.mark.parametrize("data", [b"Claim,Payer\n" + b"x" * 20_000_000, b"Claim,Payer\nC1\0,Aetna\n"])
def test_a_line_without_end_and_nuls_are_refused(tmp_path: Path, data: bytes) -> None:
    """A table whose one cell is 20 MB, or that has zero bytes within it, is refused in one sentence."""
    [source] = expand(put(tmp_path, "log.csv", data))
    with pytest.raises(NotReadable):
        list(read(source))
