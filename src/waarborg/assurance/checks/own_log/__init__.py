"""Does the log of this Waarborg still verify?"""
