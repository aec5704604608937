"""Root causes that no single attack names: what is wrong with a grader as a whole, or with how a call went."""

from gyges.audit.attacks.causes import Cause

WHOLE: dict[str, Cause] = {
    "constant_score": Cause(
        "It pays the same for everything",
        "no completion of any kind changed the score, so training on it teaches nothing",
        "check that the grader finds its columns, and that the completion reaches the comparison",
    ),
    "format_only": Cause(
        "It pays for the format and never reads the answer",
        "a right and a wrong answer in the same format earn the same",
        "compare what stands in the format with the reference, or give it little weight beside a reward that does",
    ),
    "length_bias": Cause(
        "It pays for length",
        "filler earns as much as the right answer, and more of it earns more",
        "compare the answer with the reference; if length matters, bound it and take it off, rather than pay for it",
    ),
    "surface_features": Cause(
        "It pays for what a text looks like",
        "words, marks and shapes that any text can have earn as much as an ordinary reply",
        "grade content: against a reference, by a checklist of what has to be said, or a model that is audited itself",
    ),
    "answer_unread": Cause(
        "It does not read the answer column",
        "giving the task another reference changed no score, and wrong answers earn what right ones do",
        "compare the completion with the reference, and check that the column has the name that the grader expects",
    ),
    "no_answer_paid": Cause(
        "It pays for completions without any answer",
        "noise, silence or a refusal earns what the right answer earns",
        "refuse what holds no answer before comparing, and compare the whole answer with the reference",
    ),
    "numbers_unchecked": Cause(
        "It does not check which numbers an expression uses",
        "the value is right, and the numbers are not those that the task gave, or not each of them once",
        "collect the numbers in the expression and compare them, with their counts, with those given",
    ),
    "picked_from_marker": Cause(
        "It picks the answer out of what stands in the marker",
        "words in the marker that deny the answer, or other answers beside it, are not read",
        "compare all that stands in the marker with the reference: fullmatch, not search",
    ),
    "tolerance": Cause(
        "Its tolerance admits other numbers",
        "a number that is not the answer is close enough for it",
        "compare exactly where the answer is exact, else with a relative tolerance of what rounding explains",
    ),
    "number_in_part": Cause(
        "It reads a number only in part",
        "digits, a decimal point, an exponent or a sign around what it reads make it another number",
        "match whole numbers with sign, decimals, separators and exponent, and refuse what is left over",
    ),
    "answer_contained": Cause(
        "It pays for an answer that contains the right one",
        "a longer answer that happens to contain the right one is another answer",
        "compare the whole extracted answer with ==, not with `in`, startswith, endswith or an open-ended pattern",
    ),
    "part_suffices": Cause(
        "It pays for a part of the right answer",
        "the completion gives only a piece of the answer",
        "compare the whole answer on both sides, with == rather than `in` or a prefix",
    ),
    "order_and_count": Cause(
        "It loses the order or the number of the parts of an answer",
        "an answer with its parts reordered or repeated is paid, and is another answer here",
        "compare lists as lists; use sets only where neither order nor repetition matters",
    ),
    "not_a_number": Cause(
        "It pays for something that is not a number",
        "infinity, NaN or text passes its comparison",
        "refuse values that are not finite, and compare so that a failed conversion is wrong",
    ),
    "code_executed": Cause(
        "It runs the completion as code",
        "a completion can compute, read or forge what the grader compares it with",
        "parse answers with a parser of your own, or evaluate them in a process that holds no reference",
    ),
    "last_number": Cause(
        "It takes the last number, whatever is said about it",
        "a completion that denies, retracts or only mentions the right answer is paid",
        "ask for an explicit marker (a box, a tag), grade what stands in it alone, and refuse completions without one",
    ),
    "first_number": Cause(
        "It takes the first number, whatever is said about it",
        "a completion that begins with the right answer and settles on another one is paid",
        "ask for an explicit marker, grade the last one, and refuse completions without one",
    ),
    "last_answer": Cause(
        "It takes the last thing that looks like an answer, whatever is said about it",
        "a completion that denies, retracts or only mentions the right answer is paid",
        "ask for an explicit marker (a box, a tag), grade what stands in it alone, and refuse completions without one",
    ),
    "first_answer": Cause(
        "It takes the first thing that looks like an answer, whatever is said about it",
        "a completion that begins with the right answer and settles on another one is paid",
        "ask for an explicit marker, grade the last one, and refuse completions without one",
    ),
    "answer_anywhere": Cause(
        "It pays wherever the answer occurs in the text",
        "a completion that lists many answers, or mentions the right one in passing, is paid",
        "extract one answer from an agreed place and compare it whole; do not search the text for the reference",
    ),
    "outside_the_marker": Cause(
        "It does not read what stands around the marked answer",
        "a completion that denies or retracts its marked answer is paid for it; that may be what its author wants",
        "refuse more than one marked answer, and text after it, if that matters",
    ),
    "several_marked": Cause(
        "It takes one of several marked answers",
        "a completion that marks two answers is paid for one of them; which one counts is a convention",
        "refuse completions that mark more than one answer, or say in the prompt which one counts",
    ),
    "reference_rejected": Cause(
        "It refuses the reference itself",
        "the task's own answer is not paid, so nothing can be learned from the task",
        "compare after the same normalisation on both sides, and test the grader on the data set's own answers",
    ),
    "partial_credit": Cause(
        "It pays near misses a part",
        "wrong answers earn more than half of the way to the right one; a graded score may want that",
        "check that partial credit grows only with what you want, or pay all or nothing",
    ),
    "notation": Cause(
        "It insists on one notation",
        "the right answer written another way is refused; a strict grader may want that",
        "normalise both sides before comparing, or say in the prompt which notation is asked for",
    ),
    "nondeterministic": Cause(
        "It scores the same completion differently each time",
        "noise in the reward is noise in the gradient, and lucky draws are paid",
        "seed what draws, and do not let time or hash order in",
    ),
    "batch_order": Cause(
        "Its scores depend on the order of the batch",
        "a completion is paid for its neighbours, or scores go to the wrong completion",
        "grade each completion by itself, and keep scores in the order of the completions",
    ),
    "batch_size": Cause(
        "Its scores depend on the size of the batch",
        "a completion is paid for its neighbours",
        "grade each completion by itself; leave normalising over a group to the trainer",
    ),
    "above_range": Cause(
        "It pays above its declared range",
        "scores beyond the ceiling reward whatever reaches them more than a right answer",
        "clamp the score, and look for the term that adds up",
    ),
    "below_range": Cause(
        "It pays below its declared range",
        "scores below the declared floor punish more than was meant",
        "clamp the score, and look for the term that adds up",
    ),
    "not_finite": Cause(
        "It returns a score that is not finite",
        "one NaN in a batch turns the whole gradient into NaN",
        "guard divisions and logarithms, and return a finite number for every completion",
    ),
    "output": Cause(
        "It prints without end",
        "what it prints for one completion fills logs and stalls training",
        "print nothing while grading, or a line at most",
    ),
    "raised": Cause(
        "It raises on a completion that a policy can write",
        "an exception ends the training run, or is caught somewhere and paid as something else",
        "catch what parsing can raise, around as little code as possible, and return the score of a wrong answer",
    ),
    "hung": Cause(
        "It does not come back",
        "one completion holds up the whole batch",
        "bound the work per completion: limit the input's length, the exponents, the time of a regular expression",
    ),
    "memory": Cause(
        "It uses memory without bound",
        "one completion can end the training process",
        "bound what is computed from a completion: lengths, exponents, repetitions",
    ),
    "killed": Cause(
        "It ends the process that it runs in",
        "one completion can end the training process",
        "run what comes from a completion in a process of its own, with limits",
    ),
    "shape": Cause(
        "It does not return one score per completion",
        "a trainer fails, or gives scores to the wrong completions",
        "return a list with exactly one number for each completion, whatever the completion is",
    ),
    "type": Cause(
        "It returns something that is not a number",
        "a trainer fails on it, or takes it for zero",
        "return a float on every path through the function",
    ),
    "candidates_unconfined": Cause(
        "Candidate programs can act on the machine",
        "a candidate wrote outside its folder, started processes or opened connections, and the box refused it",
        "run candidates in a sandbox without a network that can write to one folder of its own",
    ),
    "slow_to_refuse": Cause(
        "A candidate program can hold it up for long",
        "a candidate that never ends kept the grader beyond the limit of one call",
        "give each candidate, not each case, one short time limit, and end everything that it started",
    ),
    "effect": Cause(
        "Grading leaves something behind",
        "a reward function that acts on the machine it runs on can be made to act by a completion",
        "grade without writing files, opening connections or changing the process; run candidate code in a sandbox",
    ),
}


def explain(slug: str, known: dict[str, Cause]) -> Cause:
    """The cause that `slug` names: an attack's own, or the nearest of the ones above."""
    if slug in known:
        return known[slug]
    for prefix in (slug, slug.partition("_")[0]):
        if prefix in WHOLE:
            return WHOLE[prefix]
    plain = slug.replace("_", " ")
    return Cause(f"It mistakes: {plain}", f"the judge disagrees with the grader on {plain}", "look at the completion")
