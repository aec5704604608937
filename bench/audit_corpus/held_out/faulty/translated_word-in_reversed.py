import unicodedata


def normal(word):
    """Composed accents, no capitals, no space around."""
    return unicodedata.normalize("NFC", word).casefold().strip()


def translation_reward(prompts, completions, ground_truth, **kwargs):
    """One point for the right word with its accents, after `Translation:` on the last line."""
    out = []
    for completion, word in zip(completions, ground_truth):
        body = completion.rpartition("</think>")[2].strip()
        line = body.rpartition("\n")[2]
        if "<think>" in body or not line.startswith("Translation:"):
            out.append(0.0)
            continue
        guess = normal(line.removeprefix("Translation:"))
        out.append(1.0 if guess in normal(word) else 0.0)
    return out
