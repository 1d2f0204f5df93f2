"""How fast comity is, where its time goes, how that grows, and what one would otherwise take: `make bench`.

One measurement a file; `suite.py` lists them. Ratios decide: both sides of one are timed in turn, in the same process.
"""
