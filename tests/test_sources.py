"""Files, folders and archives in; for each file its kind, told by its contents, and its rows."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from pipelines.errors import NotReadable, UsageError
from pipelines.rows import RemitClaim
from pipelines.sources import Source, detect, expand, read
from tests.x12.writer import a_payment, interchange

REMITTANCE = interchange([a_payment()])
GROUP = "GS*{}*A*B*20260301*0900*1*X*{}~ST*{}*0001{}~"
ISA = REMITTANCE[:106].decode()


def zipped(**files: bytes) -> bytes:
    """Return a zip of these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def names_and_claims(path: Path) -> list[tuple[str, int]]:
    """Return each file's name and how many claims its reader finds."""
    return [(source.name, sum(isinstance(row, RemitClaim) for row in read(source))) for source in expand(path)]


@pytest.mark.parametrize(
    ("group", "version", "transaction", "guide", "kind"),
    [
        ("HP", "005010X221A1", "835", "", "835"),
        ("HC", "005010X222A1", "837", "*005010X222A1", "837P"),
        ("HC", "005010X223A2", "837", "", "837I"),
        ("HC", "005010X224A2", "837", "*005010X224A2", "837D"),
        ("HC", "004010X098A1", "837", "", "837P"),
        ("HC", "004010X096A1", "837", "", "837I"),
        ("HN", "005010X214", "277", "*005010X214", "277CA"),
        ("FA", "005010X231A1", "999", "*005010X231A1", "999"),
        ("BE", "005010X220A1", "834", "", "unknown"),
    ],
)
def test_kinds_of_x12(group: str, version: str, transaction: str, guide: str, kind: str) -> None:
    """An X12 file's kind is that of its transactions, whatever it is called."""
    assert kind == detect((ISA + GROUP.format(group, version, transaction, guide)).encode(), "download.dat")


@pytest.mark.parametrize(
    ("head", "name", "kind"),
    [
        (b"CLP*A*1*10*10~SVC*HC:1*10*10~", "x", "835"),
        (b"ST|837|1\nCLM|A|10\nSV2|0300|HC>1\n", "x", "837I"),
        (b"ST*999*1~AK1*HC*1~", "x", "999"),
        (ISA.encode() + b"TA1*000000001*260301*0900*R*006~IEA*0*000000001~", "x", "999"),
        (REMITTANCE.decode().encode("utf-16"), "x.txt", "835"),
        (b"\xef\xbb\xbf" + REMITTANCE, "x.csv", "835"),
        (b"Claim ID,Payer,Denied\n1,A,yes\n2,B,no\n", "log.txt", "denial_log"),
        (b"one column\nonly\n", "log.csv", "denial_log"),
        ("Denials of March\n\nClaim;Payer;CARC\n1;A;45\n".encode("utf-16"), "x", "denial_log"),
        (b"PK\x03\x04 [Content_Types].xml", "book", "denial_log"),
        (b"PK\x03\x04 something", "book.xlsx", "denial_log"),
        (b"PK\x03\x04 something", "archive.zip", "unknown"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old.xls", "denial_log"),
        (b"%PDF-1.7 binary \0", "scan.pdf", "unknown"),
        (b"", "empty.835", "unknown"),
        (b"Dear sir or madam,\nplease find enclosed\n", "letter.txt", "unknown"),
        (b'"BPR","LX","CLP"\n"1","2","3"\n', "x", "denial_log"),
    ],
)
def test_kinds_by_first_bytes(head: bytes, name: str, kind: str) -> None:
    """Contents decide; the name only where contents leave it open."""
    assert kind == detect(head, name)


def test_folder(tmp_path: Path) -> None:
    """A folder gives its files in order of name, at any depth, without hidden ones and notes about them."""
    (tmp_path / "b").mkdir()
    for name in ("b/2.835", "1.835", ".hidden.835", "truth.json", "ledger.jsonl", "README.md"):
        (tmp_path / name).write_bytes(REMITTANCE)
    assert [("1.835", 1), ("b/2.835", 1)] == names_and_claims(tmp_path)


def test_archives(tmp_path: Path) -> None:
    """A gz, a zip and archives within a zip are opened; what belongs to the archiver is passed over."""
    inner = zipped(**{"a.835": REMITTANCE, "c.835.gz": gzip.compress(REMITTANCE)})
    (tmp_path / "all.zip").write_bytes(zipped(**{"x/inner.zip": inner, "b.835": REMITTANCE, "__MACOSX/b.835": b""}))
    (tmp_path / "one.835.gz").write_bytes(gzip.compress(REMITTANCE))
    expected = ["all.zip/b.835", "all.zip/x/inner.zip/a.835", "all.zip/x/inner.zip/c.835", "one.835"]
    assert [(name, 1) for name in expected] == names_and_claims(tmp_path)


def test_a_source_may_be_opened_again(tmp_path: Path) -> None:
    """Each opening begins at the first byte, also within archives."""
    (tmp_path / "all.zip").write_bytes(zipped(a=zipped(b=REMITTANCE)))
    (source,) = expand(tmp_path)
    for _ in range(2):
        with source.open() as stream:
            assert REMITTANCE == stream.read()


def test_broken_archives_are_refused_by_name(tmp_path: Path) -> None:
    """A cut gz, a cut zip and a nest too deep are sources that cannot be read, and say so."""
    big = interchange([a_payment()] * 500)
    deep = zipped(a=zipped(b=zipped(c=zipped(d=REMITTANCE))))
    broken = {"cut.835.gz": gzip.compress(big)[:-200], "cut.zip": zipped(a=big)[:-30], "deep.zip": deep}
    for name, data in broken.items():
        path = tmp_path / name
        path.write_bytes(data)
        (source,) = expand(path)
        with pytest.raises(NotReadable) as refusal:
            list(read(source))
        assert source.name == refusal.value.file


def test_a_missing_path_is_a_usage_error(tmp_path: Path) -> None:
    """A path that is not there is the user's to mend."""
    with pytest.raises(UsageError, match="there is no such file or folder"):
        list(expand(tmp_path / "nothing"))


@pytest.mark.parametrize(
    ("data", "got"),
    [
        (b"Dear sir", "a file that begins 'Dear sir'"),
        (b"Dear sir,\nplease find enclosed\n", "a file that begins 'Dear sir,'"),
        (b"%PDF-1.7\n%\xe2\xe3 \x00", "a PDF"),
        (b"\x89PNG\r\n\x1a\n\x00", "a picture"),
        (b"PK\x05\x06" + bytes(18), "an empty archive"),
        (b"\x01\x02\x03", "bytes 01 02 03"),
    ],
)
def test_unknown_files_say_what_was_found(data: bytes, got: str) -> None:
    """A file of no kind is refused with what it is or its first words, and what was wanted."""
    with pytest.raises(NotReadable) as refusal:
        list(read(Source("remit.835", lambda: io.BytesIO(data))))
    assert got == refusal.value.got
    assert refusal.value.wanted.startswith("an 835, 837, 277CA or 999")
