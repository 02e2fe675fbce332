"""Messages of Mode S transponders in recordings of 1090 MHz: where they are, what they say, whose they are."""
