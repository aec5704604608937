"""Edit distance between completions."""


def distance(first: str, second: str) -> int:
    """Levenshtein distance in characters: insertions, deletions and substitutions count one each.

    Bit-parallel (Myers 1999 in the form of Hyyrö 2003). A column of the table is one integer, so a pair of completions
    of some thousand characters takes milliseconds and needs no compiled library.
    """
    if not first or not second:
        return len(first) + len(second)
    places: dict[str, int] = {}
    for index, letter in enumerate(first):
        places[letter] = places.get(letter, 0) | 1 << index
    everywhere, last = (1 << len(first)) - 1, 1 << (len(first) - 1)
    rising, falling, score = everywhere, 0, len(first)
    for letter in second:
        equal = places.get(letter, 0)
        down = equal | falling
        across = (((equal & rising) + rising) ^ rising) | equal
        up = falling | (~(across | rising) & everywhere)
        lower = rising & across
        score += bool(up & last) - bool(lower & last)
        up = (up << 1 | 1) & everywhere
        lower = (lower << 1) & everywhere
        rising = lower | (~(down | up) & everywhere)
        falling = up & down
    return score
