"""Kinds of reading: each module's `read(unit)` yields (field of `Facts`, fact) pairs."""
