"""The web side of the classroom: access, pages, and the command that serves them."""
