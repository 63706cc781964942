"""Reminding people of what is due: by a plan, never twice of the same step, once a day to each."""
