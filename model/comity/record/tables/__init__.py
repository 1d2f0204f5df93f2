"""The tables of a record, made from its trace."""
