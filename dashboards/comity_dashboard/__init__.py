"""comity_dashboard: the Solara application that plays runs, changes them and compares them."""
