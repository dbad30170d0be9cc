"""Makes the pages of docs/ that are read off the code; not part of the installed program."""
