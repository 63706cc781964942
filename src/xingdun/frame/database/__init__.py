"""How Django speaks to PostgreSQL: its own backend, on a connection that can keep a statement for the next exchange."""
