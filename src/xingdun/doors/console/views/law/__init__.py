"""The pages of the law: how the institution stands, what to do, and what every clause and duty is answered by."""
