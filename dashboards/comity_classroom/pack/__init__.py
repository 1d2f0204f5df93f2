"""The teacher's pack: printable pages for a scenario in one language."""

from comity_classroom.pack.pages import role_sheet_css, role_sheet_html

__all__ = ["role_sheet_css", "role_sheet_html"]
