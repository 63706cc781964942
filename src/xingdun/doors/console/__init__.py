"""The staff's web pages, generated from the registers wherever a register tells enough."""
