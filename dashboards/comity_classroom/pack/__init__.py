"""The teacher's pack: printable pages made from a scenario, in the words of one language."""

from comity_classroom.pack.pages import role_sheet_css, role_sheet_html

__all__ = ["role_sheet_css", "role_sheet_html"]
