"""What a run leaves: the record, its tables, and both on disk with what made them."""

from comity.record.record import DETAILED_TABLES, DRAFTS, MOVES, TABLES, Record

__all__ = ["DETAILED_TABLES", "DRAFTS", "MOVES", "TABLES", "Record"]
