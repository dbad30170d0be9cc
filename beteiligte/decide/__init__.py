"""What a sync should do: two records, the base and the policies in, a decision out."""
