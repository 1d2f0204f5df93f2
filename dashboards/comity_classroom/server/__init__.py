"""The room on the web: who may do what, the pages, and the command that serves them."""
