"""`python -m xingdun`: the command, where its script is not on PATH."""

from xingdun.doors.cli.main import main

main(prog_name="xingdun")
