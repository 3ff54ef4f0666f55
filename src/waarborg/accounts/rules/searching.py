"""Finding people by what someone types: without case, without accents, words in any order. Pure."""

import unicodedata

WITHOUT_ACCENT = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
"""Letters that Unicode doesn't take apart into a letter and its accent."""


def plain(text: str) -> str:
    """Return a text as it is compared: compatibility forms taken apart (NFKD), accents dropped, case folded."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).translate(WITHOUT_ACCENT)


def fits(query: str, *texts: str) -> bool:
    """Tell whether each word of a query stands in one of the texts; a query without words fits everything."""
    here = [plain(text) for text in texts]
    return all(any(word in text for text in here) for word in plain(query).split())
