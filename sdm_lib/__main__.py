"""``python -m sdm_lib`` equals ``sdm``: desks without make or scripts on their path start it this way."""

from sdm_lib.cli import main

if __name__ == "__main__":
    main()
