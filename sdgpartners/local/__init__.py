"""Local services and tooling: what `make run`, `make test` and `manage.py` need on one's own machine.

Standard library only, because it runs before the virtual environment exists.
"""
