"""Launcher for a checkout: ``python cli.py predict cost``; the same as the installed command ``forecast``."""

from forecast.app import main

if __name__ == "__main__":
    main()
