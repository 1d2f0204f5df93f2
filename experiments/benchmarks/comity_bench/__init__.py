"""What ``bench.py`` measures, apart from the model itself: rooms in plain NumPy, and worlds of any size."""
