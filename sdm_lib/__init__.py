"""Monitor Sociaal Domein: from deliveries to tested, protected reports.

Importing the package costs nothing: every room is imported by the one that needs it.
The rooms, in the order of the data flow, are listed in README.md.
"""

__version__ = "0.1.0"
