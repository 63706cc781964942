"""What the acts about networks ask of a person."""
