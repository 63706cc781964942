"""Obligations: what the law asks of an institution, whether it applies, and how it is answered."""
