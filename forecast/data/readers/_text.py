"""What the text formats share: decompression and decoding, with errors that name the place."""

from __future__ import annotations

import gzip
import zlib

from forecast.errors import DataError


def gunzip(content: bytes, name: str) -> bytes:
    """Return the content of a gzip file.

    Raises
    ------
    DataError
        When it is damaged.
    """
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        message = f"{name}: is damaged gzip data ({error})"
        raise DataError(message) from error


def decode(content: bytes, name: str, what: str) -> str:
    """Return UTF-8 text, with or without a byte-order mark.

    Raises
    ------
    DataError
        When it is binary, or text in another encoding, naming the row.
    """
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        message = f"{name}: is UTF-16 text, not UTF-8"
        raise DataError(message, hint="save it as UTF-8 (in a spreadsheet: 'CSV UTF-8')")
    if b"\x00" in content[:4096] or content[:4] in (b"%PDF", b"\x89PNG", b"PK\x03\x04", b"PAR1"):
        message = f"{name}: is not {what} but a binary file"
        raise DataError(message, hint="check the suffix: .csv, .jsonl, .parquet, .xlsx")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        message = f"{name}: row {row} is not UTF-8 text (byte 0x{content[error.start]:02x})"
        raise DataError(message, hint="save it as UTF-8; for Latin-1: iconv -f latin1 -t utf-8") from error
