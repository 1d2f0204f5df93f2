"""What is to be simulated, as values."""
