"""What ``bench.py`` measures, apart from the model itself: rooms in other libraries, and worlds of any size."""
