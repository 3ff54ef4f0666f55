"""Are there numbers of real people in a folder that must not hold any: source code, fixtures, dumps, exports?"""
