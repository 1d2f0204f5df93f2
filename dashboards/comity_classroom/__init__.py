"""In the seminar room: a class that takes seats in a forum of the simulation."""
