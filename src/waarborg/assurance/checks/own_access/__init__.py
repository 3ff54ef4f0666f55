"""Does everyone who can come into this Waarborg come in as the rules say?"""
