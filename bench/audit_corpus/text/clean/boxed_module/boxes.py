"""Finding \\boxed{...} in a solution."""


def all_boxes(text):
    """Contents of complete boxes, in order; an unfinished one ends the search."""
    found = []
    rest = text
    while True:
        _, opened, rest = rest.partition("\\boxed{")
        if not opened:
            return found
        depth = 1
        for position, character in enumerate(rest):
            if character == "{":
                depth += 1
            elif character == "}":
                depth -= 1
            if depth == 0:
                found.append(rest[:position])
                rest = rest[position + 1 :]
                break
        else:
            return found


def only(found):
    """The content, if all boxes agree."""
    return found[0] if found and len(set(found)) == 1 else None
