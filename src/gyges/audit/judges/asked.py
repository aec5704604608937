"""What a prompt asks for that changes how an answer is compared."""

import re
from dataclasses import dataclass
from functools import lru_cache

_ROUNDING = re.compile(
    r"\bround|\bnearest\b|decimal (?:place|point)|significant (?:figure|digit)|\bapprox|\bestimate|\btruncat|\bfloor\b"
    r"|\bceil|whole number|\bprecision\b|correct to\b|to \d+ (?:dp|d\.p\.|s\.?f\.?)\b",
    re.IGNORECASE,
)
_BASE = re.compile(r"\bbase[- ]?\d|\bhexadecimal|\bhexidecimal|\boctal|\bin binary\b|\bto binary\b|\b0x", re.IGNORECASE)
_REDUCED = re.compile(
    r"lowest terms|simplest (?:form|terms)|reduced (?:fraction|form)|simplif\w+ (?:the )?fraction|irreducible",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"%|\bpercent", re.IGNORECASE)
_NO_UNITS = re.compile(r"(?:do not|don't|without|no)\b[^.\n]{0,30}\bunits?\b|only the number", re.IGNORECASE)
_ORDERED = re.compile(
    r"\bsort|\border(?:ed|ing)?\b(?! does not| doesn't)|\bascending|\bdescending|\bsequence\b|\bspiral|\breverse"
    r"|\bcoordinate|\bordered pair|\bvector\b|\bmatrix\b|\bmatrices\b|\btranspos|\blist of rows\b"
    r"|\bpoint\b|\bpermut|\brespectively|\brank|\bsteps?\b|\bgrid\b"
    r"|\balphabetical|\bfirst\b.{0,60}\bthen\b|\brotate|\bfollowed by",
    re.IGNORECASE,
)
_UNORDERED = re.compile(
    r"any order|order (?:does not|doesn't|is not|isn't) (?:matter|important)|\bset of\b|\bunordered"
    r"|all (?:the )?(?:real |possible |distinct |integer )?(?:solutions|roots|zeros|values|factors|divisors)",
    re.IGNORECASE,
)
# A task that asks for one of many, or that is solved by search: another answer than the reference may be right.
_FREE = re.compile(
    r"\bany (?:valid|one|of|solution|correct|such)|\bmultiple (?:possible |valid |correct )?(?:answers|solutions)"
    r"|\bone (?:possible|of the possible|valid)|\ba (?:valid|possible|feasible)\b|\bgive an example"
    r"|\bprovide an?\b.{0,20}\bexample|\bname (?:a|an|one|any|some|two|three)\b|\blist (?:two|three|some|a few)\b"
    r"|\bfind an? (?:way|path|route|sequence|solution|set|pair|word|string|expression|arrangement|plan)\b",
    re.IGNORECASE,
)
_SEARCH = re.compile(
    r"\bpuzzle\b|\bsudoku|\bqueens?\b|\bplace \d+|\bshortest\b|\bpath\b|\bmoves\b|\byour move\b|\bplan\b"
    r"|\bgoal state|\bsuch that\b|\bsatisf(?:y|ies)\b|\bcolou?r(?:ing)? (?:the |each )|\bedges\b|\bladder\b"
    r"|\bschedule (?:a|the)\b|\bassign\b|\bcreate\b|\bconstruct an?\b|\bcompose\b|\bsequence of\b|\bpalindrome"
    r"|\bmaze\b|\bcorrect sequence|\btarget\b|\binput (?:that|which) (?:would|could)|\bfeasible\b"
    r"|\bfill(?:ed)? (?:in )?(?:the )?(?:empty|blank)|\bempty cells|\bstrategy\b|\bdefuse\b",
    re.IGNORECASE,
)
_WRITING = re.compile(
    r"\bwrite (?:a|an|me|some)\b|\bsummar|\btranslate|\bparaphras|\bdescribe|\bexplain|\bprove\b|\bsuggest|\bessay"
    r"|\bstory\b|\bpoem",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"\b(?:what|which|who|whom|whose|when|where|how many|how much|how old|how long|how far|how is)\b[^.?!\n]{0,200}\?",
    re.IGNORECASE,
)
_ALL_OF_THEM = re.compile(
    r"\b(?:all|the) (?:the )?(?:real |possible |distinct |integer )*(?:values?|solutions|roots|zeros)\b", re.IGNORECASE
)
_CASE = re.compile(
    r"\bcase\b|\bcapitali|\bcapital letter|\bupper|\blower|\bexact|\bascii\b|\bcharacters?\b|\bletters?\b",
    re.IGNORECASE,
)
_SPELLING = re.compile(
    r"\bspell|\bletters?\b|\bcharacters?\b|\bstring\b|\bdecrypt|\bcipher|\bdecode|\boutput of\b|\banagram|\breverse"
    r"|\bbackward|\bexact",
    re.IGNORECASE,
)
_INTEGRAL = re.compile(r"\bintegra|\\int\b|∫|antiderivative", re.IGNORECASE)
_INTERVAL = re.compile(r"\binterval|\bdomain\b|\brange of\b|\binequalit|\\infty|∞|\bconverge", re.IGNORECASE)
_FACTORS = re.compile(r"prime factor", re.IGNORECASE)
_WANTS = re.compile(
    r"\?|\b(?:what|which|who|whom|when|where|why|how|find|solve|compute|calculate|determine|evaluate|answer|write|name"
    r"|give|list|convert|simplify|prove|explain|return|implement|complete|translate|choose|select|decide|sort|count)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Asked:
    """Flags read off the text of a prompt; each says that its words occur, no more."""

    rounding: bool
    base: bool
    """A notation other than decimal."""
    reduced: bool
    """Fractions in lowest terms."""
    percent: bool
    no_units: bool
    ordered: bool
    unordered: bool
    several: bool
    """More than one answer may be right, each in the same form."""
    writing: bool
    """Text is asked for, which can be put in many ways."""
    case: bool
    spelling: bool
    """Every character counts."""
    integral: bool
    interval: bool
    prime_factors: bool
    answer: bool
    """The prompt evidently wants an answer."""


@lru_cache(maxsize=4096)
def asked(prompt: str) -> Asked:
    """What `prompt` asks for."""
    text = prompt[:20_000]
    return Asked(
        rounding=bool(_ROUNDING.search(text)),
        base=bool(_BASE.search(text)),
        reduced=bool(_REDUCED.search(text)),
        percent=bool(_PERCENT.search(text)),
        no_units=bool(_NO_UNITS.search(text)),
        ordered=bool(_ORDERED.search(_UNORDERED.sub(" ", text))),
        unordered=bool(_UNORDERED.search(text)),
        several=_several(text),
        writing=bool(_WRITING.search(text)),
        case=bool(_CASE.search(text)),
        spelling=bool(_SPELLING.search(text)),
        integral=bool(_INTEGRAL.search(text)),
        interval=bool(_INTERVAL.search(text)),
        prime_factors=bool(_FACTORS.search(text)),
        answer=bool(_WANTS.search(text)),
    )


def _several(text: str) -> bool:
    if _FREE.search(text):
        return True
    # A question for one thing has one answer, whatever else the prompt tells, unless it asks for the search itself.
    questions = _QUESTION.findall(text)
    if questions and not any(_SEARCH.search(question) for question in questions):
        return False
    return bool(_SEARCH.search(text)) and not _ALL_OF_THEM.search(text)
