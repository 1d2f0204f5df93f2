"""The application for ``solara run dashboards/app.py``; ``comity dashboard`` starts the same."""

from comity_dashboard.app import routes

__all__ = ["routes"]
