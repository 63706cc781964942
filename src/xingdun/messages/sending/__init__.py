"""Carrying what is due out of the platform: by mail, or to the robot of a group."""
