"""Teaching with comity: role sheets, teacher's packs, lessons, and a classroom in which people take seats."""
