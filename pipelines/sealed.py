"""Files that only their key opens, and that are refused where anything in them was cut, changed, moved or put in.

    header   MAGIC with the version, SALT_BYTES at random, CHECK_BYTES that tell a wrong key from a damaged file
    chunks   CHUNK_BYTES each, the last with fewer or as many, in AES-256-GCM, the tag of TAG_BYTES after each

HKDF-SHA256 makes of key and salt a key for this file alone, and the check. A chunk's nonce is its number and whether it
is the last; the header is authenticated with each. So no two chunks of all files share key and nonce, and a chunk can
stand nowhere but in its place. This is STREAM, of Hoang, Reyhanitabar, Rogaway and Vizár, "Online Authenticated-
Encryption and its Nonce-Reuse Misuse-Resistance" (2015).
"""

import os
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, Self

from pipelines.errors import Refused

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"dnlseal\x01"
KEY_BYTES = 32
SALT_BYTES = 32
CHECK_BYTES = 32
TAG_BYTES = 16
CHUNK_BYTES = 1 << 20
INFO = b"denialboard sealed file, version 1"


class _Derived(NamedTuple):
    """What one file is encrypted with, and how its key is known again."""

    cipher: "AESGCM"
    check: bytes


def _derived(key: bytes, salt: bytes) -> _Derived:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    both = HKDF(SHA256(), KEY_BYTES + CHECK_BYTES, salt, INFO).derive(key)
    return _Derived(AESGCM(both[:KEY_BYTES]), both[KEY_BYTES:])


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


class Sealing:
    """Takes bytes and writes them, sealed, to `target`; only `close`, which a `with` that fails leaves out, ends it."""

    def __init__(self, target: BinaryIO, key: bytes) -> None:
        salt = os.urandom(SALT_BYTES)
        self._cipher, check = _derived(key, salt)
        self._target, self._header = target, MAGIC + salt + check
        self._waiting, self._number = bytearray(), 0
        target.write(self._header)

    def write(self, content: bytes) -> int:
        """The bytes are taken; what fills a chunk, and is not the last of it, is written."""
        self._waiting += content
        while len(self._waiting) > CHUNK_BYTES:
            self._seal(bytes(self._waiting[:CHUNK_BYTES]), is_last=False)
            del self._waiting[:CHUNK_BYTES]
        return len(content)

    def close(self) -> None:
        """The file is whole."""
        self._seal(bytes(self._waiting), is_last=True)

    def _seal(self, plain: bytes, is_last: bool) -> None:
        self._target.write(self._cipher.encrypt(_nonce(self._number, is_last), plain, self._header))
        self._number += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        if kind is None:
            self.close()


def is_sealed(start: bytes) -> bool:
    """A file that begins so is a sealed one, of whatever version."""
    return start.startswith(MAGIC[:-1])


class Opening:
    """Gives the bytes of a sealed file, none of which was not authenticated; Refused says what is wrong with it."""

    def __init__(self, source: BinaryIO, key: bytes, name: str) -> None:
        self._source, self._name = source, name
        self._header = source.read(len(MAGIC) + SALT_BYTES + CHECK_BYTES)
        if not is_sealed(self._header):
            raise Refused(f"{name}: not an encrypted backup")
        if len(self._header) < len(MAGIC) + SALT_BYTES + CHECK_BYTES:
            raise Refused(f"{name}: cut or changed since it was made (in its first bytes)")
        if self._header[: len(MAGIC)] != MAGIC:
            raise Refused(f"{name}: encrypted in a way of version {self._header[len(MAGIC) - 1]}, wanted {MAGIC[-1]}")
        self._cipher, check = _derived(key, self._header[len(MAGIC) : -CHECK_BYTES])
        if check != self._header[-CHECK_BYTES:]:
            raise Refused(f"{name}: this is not the key that it was made with")
        self._ahead = source.read(CHUNK_BYTES + TAG_BYTES)
        self._plain, self._number, self._is_over = bytearray(), 0, False

    def read(self, size: int) -> bytes:
        """The next bytes, fewer than asked for only at the end."""
        while len(self._plain) < size and not self._is_over:
            self._plain += self._next()
        given = bytes(self._plain[:size])
        del self._plain[:size]
        return given

    def _next(self) -> bytes:
        from cryptography.exceptions import InvalidTag

        sealed, self._ahead = self._ahead, self._source.read(CHUNK_BYTES + TAG_BYTES)
        self._is_over = not self._ahead
        try:
            plain = self._cipher.decrypt(_nonce(self._number, self._is_over), sealed, self._header)
        except (InvalidTag, ValueError):
            raise Refused(f"{self._name}: cut or changed since it was made (in chunk {self._number + 1})") from None
        self._number += 1
        return plain
