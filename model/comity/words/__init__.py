"""Sentences about scenarios and runs: what will happen, what changed and why, how two scenarios differ."""
