"""The commands of the command line, one file each; :mod:`comity.cli` imports what it needs when it is called."""
