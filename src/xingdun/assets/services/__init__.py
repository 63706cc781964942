"""The only way to write networks and what belongs to them."""
