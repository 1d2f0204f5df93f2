"""The pages, one in each file. Each draws the state of the visitor's desk."""
