"""Estimating the vote on recorded roll calls: what parameters they give, how sure, and what a forecast is worth."""
