"""The Solara application that plays, changes and compares runs."""
