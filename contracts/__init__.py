"""What crosses Temporal between starter, workflows and activities, and what all three know of the engine."""
