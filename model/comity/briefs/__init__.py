"""What a seat is asked to do: the rule that derives aims and red lines, and its thresholds."""
