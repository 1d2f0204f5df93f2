"""One page a file: each takes the visitor's desk and draws."""
