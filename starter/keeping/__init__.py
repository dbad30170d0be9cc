"""What the program itself keeps: backups of it, and a party erased from it."""
