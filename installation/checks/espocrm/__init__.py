"""What must hold in EspoCRM: look.py reads it, seen.py is what was read, the others judge it and know no HTTP."""
