"""What is only assumed of Advoware, settled with one party that may be spoilt (docs/assumptions.md).

Read `running.probe` first: the experiments one after the other, and whatever happens the party is put back. What it
held stands in a file before the first write (journal.py), from which the next start puts it back where this one died.
What follows for the settings: offer.py. Nothing here asks a person; the command does.
"""
