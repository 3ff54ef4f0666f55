"""The commands that keep running."""

import sys

import click

from waarborg.project import serving
from waarborg.project.commands import told_plainly


@click.command()
def serve() -> None:
    """Run everything on this machine: web and worker."""
    told_plainly(lambda: sys.exit(serving.serve()))


@click.command()
def web() -> None:
    """Run the web server only."""
    told_plainly(serving.web)


@click.command()
def work() -> None:
    """Run the worker only: measuring, sealing the log, ending idle sessions."""
    told_plainly(serving.work)
