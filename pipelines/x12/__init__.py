"""Readers of ASC X12 health care transactions: pure Python, no SQL, no I/O beyond an open file."""
