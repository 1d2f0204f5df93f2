"""The seminar room: role sheets, teacher packs, lessons, and a class that takes seats."""
