"""The canonical record of a party: its fields, their kinds, and the way between wire and record."""
