"""What other settings would have decided, and would decide now: asked before they are switched on; writes nothing."""
