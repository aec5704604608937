"""How a completion means what it mentions: asserted, negated, taken back, hedged, or told of somebody else."""

import re
from enum import Enum


class Stance(Enum):
    """What a reader makes of one mention of an answer."""

    ASSERTED = "asserted"
    NEGATED = "negated"
    RETRACTED = "taken back"
    UNDECIDED = "left undecided among several"
    SOFT = "given with doubts"
    ATTRIBUTED = "told as an example, a supposition, or somebody else's answer"
    DOUBTFUL = "unclear"


DENYING = frozenset({Stance.NEGATED, Stance.RETRACTED, Stance.UNDECIDED, Stance.ATTRIBUTED})
_SENTENCE = re.compile(r"(?:(?<=[^\d\s])[.!?]+|(?<=\d)[.!?]+(?=\s|$)|\n\s*\n)\s*")
_NEGATION = re.compile(
    r"\b(?:not|never|neither|nor|isn'?t|ain'?t|wasn'?t|aren'?t|won'?t|can'?t be|cannot be|cannot|doesn'?t"
    r"|don'?t|wouldn'?t|couldn'?t"
    r"|shouldn'?t|didn'?t|rather than|instead of|other than|except|anything but|far from|unlike"
    r"|different from|excluding"
    r"|wrong to (?:say|think|answer|claim)|(?:false|untrue|incorrect|wrong) that|the (?:wrong|incorrect"
    r"|false) (?:answer|result)"
    r"|rule[sd]? out|reject(?:s|ed)?|den(?:y|ies|ied)|nicht|kein|no es|n['’]est pas|non è"
    r"|não é)\b|≠|\\ne\b|!=|不是|并非|не\b|ではな",
    re.IGNORECASE,
)
_BOUND = re.compile(r"\b(?:less|greater|more|fewer|larger|smaller) than\s*[$\"'`*]*$|(?:^|\s)[<>]\s*$", re.IGNORECASE)
_WHOLE = re.compile(
    r"\b(?:not|n't|isn'?t|never) (?:\w+ ){0,2}(?:true|correct|right|the case|so|accurate)\b|\b(?:false"
    r"|untrue|incorrect|wrong) that\b"
    r"|\bwrong to (?:say|think|answer|claim)|\b(?:the opposite|contrary) of|\bthe (?:statement|claim"
    r"|following)\b.{0,30}\b(?:false|wrong|incorrect|untrue)\b",
    re.IGNORECASE,
)
_RESETS = re.compile(
    r"[;:—]|\b(?:but|however|instead,|rather,|so|therefore|thus|hence|it is|it's|it must|we get|which is"
    r"|gives|answer is)\b|=",
    re.IGNORECASE,
)
_DENIED_AFTER = re.compile(
    r"^[\s\"'`)}\]*$.,\\?!-]*(?:(?:,|\(|-)?\s*(?:which|that|this|it|and that|but that|but this|and this)?\s*"
    r"(?:is|was|are|would be|'s|seems|looks)\s+(?:not|n't|never|wrong|false|incorrect|untrue|a mistake"
    r"|an error|mistaken)\b"
    r"|(?:isn'?t|wasn'?t)\b|(?:can(?:not|'t)|could not|couldn't) be\b|\(?(?:wrong|incorrect|false"
    r"|not (?:correct|right|true|the answer))\b"
    r"|no\b[.!,]|:?\s*no, that|not!|\.\.\.\s*not\b)",
    re.IGNORECASE,
)
_RETRACTION = re.compile(
    r"\b(?:no,? wait|wait,? no|wait,|scra(?:tch|p) that|on second thought|i take (?:that|it|this) back"
    r"|i retract|strike that"
    r"|i was wrong|i (?:made|was making) (?:a|an) (?:mistake|error)|i misspoke|disregard|ignore (?:that|this"
    r"|the above|my|it)|correction:|let me (?:correct|redo|retry|start over)"
    r"|(?:that|this|it|the above)(?: answer| result)?(?: is|'s| was| must be| has to be) (?:wrong|incorrect"
    r"|false|not right|not correct|a mistake|an error|mistaken|not my answer|not the answer)"
    r"|actually,? no\b|actually,? (?:it'?s|it is|that|the answer|i)\b|sorry,? (?:i|that|it|no)"
    r"|forget (?:that|it|the above)|i (?:no longer|do not|don't) (?:think|believe|stand)"
    r"|i withdraw|withdrawn|retracted|never mind|nevermind|this is not my (?:final )?answer|do not take this)",
    re.IGNORECASE,
)
_UNDECIDED = re.compile(
    r"\beither\b|\bone of\b|\bcan(?:not|'t|’t) (?:decide|tell|say|choose|determine)|\bundecided"
    r"|\bnot sure (?:which|whether|if)"
    r"|\bunsure (?:which|whether|if)|\bcould be any|\bany of\b|\bbetween\b.*\band\b|\bor maybe\b"
    r"|\bor perhaps\b|\bor possibly\b"
    r"|\bor else\b|\bor it (?:is|could|might)|\bor maybe not\b|\bor (?:something|anything) else"
    r"|\bcould be anything|\bany (?:number|answer|value)\b|\bdon'?t know\b|\bdo not know\b|\bno idea\b"
    r"|\balternatively\b|\bhard to (?:say|decide|choose)",
    re.IGNORECASE,
)
_SOFT = re.compile(
    r"\b(?:maybe|perhaps|possibly|probably|might|may be|could be|guess|likely|presumably|i think|i believe"
    r"|seems|appears|unsure|not sure)\b",
    re.IGNORECASE,
)
_ATTRIBUTED = re.compile(
    r"\b(?:for example|for instance|e\.g\.|suppose|supposing|imagine|assume|assuming|pretend|hypothetical"
    r"|if (?:the|it|this|we|i|you|one|that|your|my)\b"
    r"|some (?:people|students|would|might|may|say)|someone|somebody|people (?:say|think|often)|a student"
    r"|another student|students|my friend|a friend|others|they say"
    r"|it is said|rumou?r|used to be|was once|an answer (?:such as|like)|such as|like if|an example of"
    r"|would be wrong|old answer|previous answer|wrong answers?|common mistake"
    r"|\bfirst (?:thought|had|got|said)|\binitially|\boriginally|\bbefore i (?:corrected|changed|noticed)"
    r"|\bcorrected myself|\bused to (?:think|say)|\bearlier i"
    r"|tempting|you might think|one might (?:think|say)|the (?:prompt|question|user|key|problem) (?:says"
    r"|said|asks|mentions|gives|states))",
    re.IGNORECASE,
)

_OR_BEFORE = re.compile(r"(?:\bor|\||(?<=\w)\s?/)\s*[\"'`($*\\\[]*$", re.IGNORECASE)
_OR_AFTER = re.compile(
    r"[.\"'`)$*}\]]*\s*(?:,?\s*\bor\b(?=\W*\w)(?!\s+(?:so|rather|equivalently|simply|just|in other))"
    r"|\||/\s?(?=\w))",
    re.IGNORECASE,
)


def sentence_around(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and after a mention in its sentence."""
    window = max(0, start - 600)
    before = _SENTENCE.split(text[window:start])[-1]
    # The end of the mention may hold the full stop itself.
    after = _SENTENCE.split(text[end : end + 600], maxsplit=1)[0]
    return before, after


def stance(text: str, start: int, end: int) -> Stance:
    """How `text` means what it says between `start` and `end`."""
    before, after = sentence_around(text, start, end)
    following = text[end : end + 400]
    if _OR_BEFORE.search(before) or _OR_AFTER.match(following):
        return Stance.UNDECIDED
    if _ATTRIBUTED.search(before):
        return Stance.ATTRIBUTED
    if _DENIED_AFTER.match(following):
        return Stance.NEGATED
    negation = _negated(before)
    if negation is not None:
        return negation
    # Only what comes after the mention can take it back.
    if _RETRACTION.search(text[end : end + 20_000]):
        return Stance.RETRACTED
    if _UNDECIDED.search(before) or _UNDECIDED.search(after):
        return Stance.UNDECIDED
    return Stance.SOFT if _SOFT.search(before) or _SOFT.search(after) else Stance.ASSERTED


def _negated(before: str) -> Stance | None:
    if _BOUND.search(before):
        return Stance.NEGATED
    cues = list(_NEGATION.finditer(before))
    if not cues:
        return Stance.NEGATED if re.fullmatch(r"\W*no\s+", before, re.IGNORECASE) else None
    last = cues[-1]
    between = before[last.end() :]
    whole = list(_WHOLE.finditer(before))
    if whole and len(cues) <= 2 and whole[-1].start() <= last.start() <= whole[-1].end():
        tail = before[whole[-1].end() :]
        return Stance.DOUBTFUL if re.search(r"[;—]|\bbut\b|\bhowever\b", tail) else Stance.NEGATED
    if last[0].lower() == "not" and re.match(r"\s+only\b", between):
        return Stance.DOUBTFUL
    if _RESETS.search(between):
        return None
    if len(cues) > 1 and cues[-2].end() > last.start() - 25:
        return Stance.DOUBTFUL
    if "," in between or len(between.split()) > 8:
        return Stance.DOUBTFUL
    return Stance.NEGATED
