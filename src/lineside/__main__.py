"""`python -m lineside` is the program `lineside`."""

from lineside.cli import main

main()
