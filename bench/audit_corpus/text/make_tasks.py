"""Writes the task files of the text corpus, the same every time: `python bench/audit_corpus/text/make_tasks.py`."""

import datetime
import json
import random
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

Row = dict[str, Any]
SIZE = 20
FOLDER = Path(__file__).parent / "tasks"
MAKERS: dict[str, Callable[[random.Random], Iterator[Row]]] = {}
NAMES = ["Ada", "Bela", "Chidi", "Dora", "Emil", "Farah", "Goran", "Hana", "Ines", "Jonas"]


def tasks(maker: Callable[[random.Random], Iterator[Row]]) -> Callable[[random.Random], Iterator[Row]]:
    MAKERS[maker.__name__] = maker
    return maker


@tasks
def integers(chance: random.Random) -> Iterator[Row]:
    """Whole numbers of all sizes, one in four below zero."""
    for index in range(SIZE):
        a, b, c = chance.randint(12, 99), chance.randint(3, 40), chance.randint(2, 900)
        if index % 4 == 3:
            yield {"prompt": f"What is {b} - {a + b}?", "answer": str(-a)}
        elif index % 4 == 2:
            yield {"prompt": f"What is {a} * {b * 10} + {c}?", "answer": str(a * b * 10 + c)}
        else:
            yield {"prompt": f"{NAMES[index % 10]} has {a} boxes of {b} pens and loses {a % 7} pens. "
                             "How many pens are left?", "answer": str(a * b - a % 7)}  # fmt: skip


@tasks
def chat_integers(chance: random.Random) -> Iterator[Row]:
    for row in integers(chance):
        system = "Think, then give the final number between <answer> and </answer>."
        yield {"prompt": [{"role": "system", "content": system}, {"role": "user", "content": row["prompt"]}],
               "answer": row["answer"]}  # fmt: skip


@tasks
def gsm(chance: random.Random) -> Iterator[Row]:
    """Worked solutions that end in `#### N`, with separators in large numbers, as in GSM8K."""
    for index in range(SIZE):
        price, count, extra = chance.randint(4, 60), chance.randint(3, 25) * (1 + 20 * (index % 3 == 0)), index * 3
        total = price * count + extra
        name = NAMES[index % 10]
        yield {
            "data_source": "openai/gsm8k",
            "prompt": f"{name} buys {count} chairs at ${price} each and pays ${extra} for delivery. How much is that?",
            "answer": f"{count} chairs cost {count} * {price} = {price * count} dollars.\n"
                      f"With delivery {name} pays {price * count} + {extra} = {total} dollars.\n#### {total:,}",
        }  # fmt: skip


@tasks
def verl_integers(chance: random.Random) -> Iterator[Row]:
    for index, row in enumerate(integers(chance)):
        yield {"data_source": "sums", **row, "extra_info": {"index": index, "split": "train"}}


@tasks
def decimals(chance: random.Random) -> Iterator[Row]:
    for index in range(SIZE):
        sign = -1 if index % 5 == 4 else 1
        a, b = chance.randint(101, 9999), chance.randint(2, 9) * 5
        value = Fraction(sign * a * b, 1000)
        text = f"{float(value):.4f}".rstrip("0").rstrip(".")
        yield {"prompt": f"What is {sign * a / 100:.2f} times {b / 10:g}? Give the exact decimal.", "answer": text}


@tasks
def tiny(chance: random.Random) -> Iterator[Row]:
    """Numbers of very different sizes: an absolute tolerance swallows the small ones."""
    for index in range(SIZE):
        mantissa = chance.randint(110, 989) / 100
        exponent = [-9, -6, -3, 2, 5][index % 5]
        yield {"prompt": f"Write {mantissa:g} times ten to the power {exponent} as a number.",
               "answer": f"{mantissa:g}e{exponent}"}  # fmt: skip


@tasks
def fractions(chance: random.Random) -> Iterator[Row]:
    for index in range(SIZE):
        a, b = chance.randint(1, 9), chance.choice([2, 3, 4, 5, 6, 7, 8])
        c, d = chance.randint(1, 9), chance.choice([3, 4, 5, 7, 9, 11])
        value = Fraction(a, b) - Fraction(c, d) if index % 3 == 2 else Fraction(a, b) + Fraction(c, d)
        if value.denominator == 1:
            value += Fraction(1, b)
            a += 1
        sign = "-" if index % 3 == 2 else "+"
        yield {"prompt": f"What is {a}/{b} {sign} {c}/{d}? Give a fraction in lowest terms.", "answer": str(value)}


@tasks
def polynomials(chance: random.Random) -> Iterator[Row]:
    for _ in range(SIZE):
        a, b, c = chance.randint(1, 5), chance.randint(1, 9), chance.randint(1, 9)
        middle = a * c + b
        yield {"prompt": f"Expand ({'' if a == 1 else a}x + {b})(x + {c}). Use * and ** as in Python.",
               "answer": f"{'' if a == 1 else f'{a}*'}x**2 + {middle}*x + {b * c}"}  # fmt: skip


@tasks
def choices(chance: random.Random) -> Iterator[Row]:
    for index in range(SIZE):
        a, b = chance.randint(11, 49), chance.randint(11, 49)
        right = a + b
        options = [right, right + 10, right - 1, right + 3]
        chance.shuffle(options)
        listed = "\n".join(f"{letter}. {value}" for letter, value in zip("ABCD", options, strict=True))
        yield {"data_source": "choices", "prompt": f"What is {a} + {b}?\n{listed}\nReply with one letter.",
               "answer": "ABCD"[options.index(right)], "extra_info": {"index": index}}  # fmt: skip


@tasks
def several_choices(chance: random.Random) -> Iterator[Row]:
    for _ in range(SIZE):
        values = [chance.randint(2, 60) for _ in range(5)]
        if not any(value % 2 == 0 for value in values):
            values[2] += values[2] % 2
        right = [letter for letter, value in zip("ABCDE", values, strict=True) if value % 2 == 0]
        listed = "\n".join(f"{letter}. {value}" for letter, value in zip("ABCDE", values, strict=True))
        yield {"prompt": f"Which of these are even?\n{listed}\nReply with the letters, as in `A, C`.",
               "answer": ", ".join(right)}  # fmt: skip


CAPITALS = (
    "Austria Vienna, Belgium Brussels, Brazil Brasilia, Canada Ottawa, Chile Santiago, Cuba Havana, Denmark Copenhagen,"
    "Egypt Cairo, Finland Helsinki, France Paris, Ghana Accra, Greece Athens, Hungary Budapest, Ireland Dublin,"
    "Japan Tokyo, Kenya Nairobi, Norway Oslo, Peru Lima, Poland Warsaw, Portugal Lisbon"
)


@tasks
def capitals(chance: random.Random) -> Iterator[Row]:
    for pair in CAPITALS.split(","):
        country, city = pair.split()
        yield {"prompt": f"What is the capital of {country}?", "answer": city}


@tasks
def yes_no(chance: random.Random) -> Iterator[Row]:
    for index in range(SIZE):
        a, b = chance.randint(100, 999), chance.randint(3, 9)
        divides = index % 2 == 0
        value = a * b if divides else a * b + 1
        yield {"prompt": f"Is {value} divisible by {b}? Answer yes or no.", "answer": "yes" if divides else "no"}


WORDS = (
    "lantern orchard Saffron velvet Harbour copper thistle Meadow cobalt ginger walnut Juniper marble pepper "
    "Quartz raven silver Tundra umber willow"
)


@tasks
def reversals(chance: random.Random) -> Iterator[Row]:
    for index, word in enumerate(WORDS.split()):
        yield {"data_source": "reverse", "prompt": f"Write the word {word} backwards; keep capitals as they are.",
               "answer": word[::-1], "extra_info": {"index": index}}  # fmt: skip


@tasks
def factors(chance: random.Random) -> Iterator[Row]:
    for _ in range(SIZE):
        primes = sorted(chance.choice([2, 2, 3, 3, 5, 7, 11, 13]) for _ in range(chance.randint(3, 5)))
        value = 1
        for prime in primes:
            value *= prime
        yield {"prompt": f"Write {value} as a product of primes, as in `2 x 3 x 3`.",
               "answer": " x ".join(map(str, primes))}  # fmt: skip


@tasks
def divisors(chance: random.Random) -> Iterator[Row]:
    for value in chance.sample(range(12, 200), SIZE):
        found = [d for d in range(2, value) if value % d == 0] or [value]
        yield {"prompt": f"List the divisors of {value} other than 1 and {value} (or {value} itself if it is prime), "
                         "as a JSON list.", "answer": json.dumps(found)}  # fmt: skip


@tasks
def sortings(chance: random.Random) -> Iterator[Row]:
    for _ in range(SIZE):
        values = chance.sample(range(-30, 100), chance.randint(4, 6))
        yield {"prompt": f"Sort {values} from small to large. Give a JSON list.", "answer": json.dumps(sorted(values))}


@tasks
def points(chance: random.Random) -> Iterator[Row]:
    for _ in range(SIZE):
        x, y = chance.randint(-9, 9), chance.randint(1, 9) * chance.choice([1, -1])
        if abs(x) == abs(y):
            x += 11
        yield {"prompt": f"Solve x + y = {x + y}, x - y = {x - y}. Give the point (x, y).", "answer": f"({x}, {y})"}


@tasks
def matrices(chance: random.Random) -> Iterator[Row]:
    for index in range(SIZE):
        a, b, c, d = (chance.randint(-6, 12) for _ in range(4))
        b += b == c
        yield {"data_source": "matrix", "prompt": f"Transpose [[{a}, {b}], [{c}, {d}]]. Give a JSON list of rows.",
               "answer": json.dumps([[a, c], [b, d]]), "extra_info": {"index": index}}  # fmt: skip


@tasks
def dates(chance: random.Random) -> Iterator[Row]:
    for _ in range(SIZE):
        day = datetime.date(2021, 1, 1) + datetime.timedelta(days=chance.randint(0, 1400))
        later = chance.randint(3, 200)
        yield {"prompt": f"Which date is {later} days after {day.isoformat()}? Give YYYY-MM-DD.",
               "answer": (day + datetime.timedelta(days=later)).isoformat()}  # fmt: skip


@tasks
def clocks(chance: random.Random) -> Iterator[Row]:
    for _ in range(SIZE):
        start, later = chance.randint(0, 1439), chance.randint(5, 700)
        end = (start + later) % 1440
        yield {"prompt": f"It is {start // 60:02d}:{start % 60:02d}. What time is it {later} minutes later? Use HH:MM.",
               "answer": f"{end // 60:02d}:{end % 60:02d}"}  # fmt: skip


@tasks
def lengths(chance: random.Random) -> Iterator[Row]:
    for index in range(SIZE):
        a, b = chance.randint(11, 99), chance.randint(2, 9)
        unit = ["m", "km", "cm"][index % 3]
        yield {"prompt": f"{b} ropes of {a / 10:g} {unit} are laid end to end. How long is that? Give the unit.",
               "answer": f"{a * b / 10:g} {unit}"}  # fmt: skip


@tasks
def prices(chance: random.Random) -> Iterator[Row]:
    for index in range(SIZE):
        cents, count = chance.randint(150, 9900), chance.randint(2, 9) * (30 if index % 4 == 0 else 1)
        yield {"prompt": f"One ticket costs ${cents / 100:.2f}. What do {count} cost?",
               "answer": f"${cents * count / 100:,.2f}"}  # fmt: skip


@tasks
def percents(chance: random.Random) -> Iterator[Row]:
    for index in range(SIZE):
        part = chance.randint(1, 39)
        yield {"data_source": "percent", "prompt": f"{part} of 40 seats are taken. What percentage is that?",
               "answer": f"{part * 2.5:g}%", "extra_info": {"index": index}}  # fmt: skip


@tasks
def records(chance: random.Random) -> Iterator[Row]:
    for index in range(SIZE):
        name, age, city = NAMES[index % 10], chance.randint(2, 80), chance.choice(CAPITALS.split(",")).split()[1]
        member = index % 2 == 0
        said = "is" if member else "is not"
        answer = {"name": name, "age": age, "city": city, "member": member}
        yield {"prompt": f"{name}, {age}, lives in {city} and {said} a member. Give a JSON object with name, age, city "
                         "and member.", "answer": json.dumps(answer)}  # fmt: skip


@tasks
def countdown(chance: random.Random) -> Iterator[Row]:
    for _ in range(SIZE):
        a, b, c, d = chance.sample(range(2, 15), 4)
        target = a * b + c - d
        numbers = chance.sample([a, b, c, d], 4)
        yield {"data_source": "countdown",
               "prompt": f"Make {target} from {numbers}: use every number exactly once, with + - * / and parentheses.",
               "answer": f"{a} * {b} + {c} - {d}", "numbers": numbers, "target": target,
               "extra_info": {"numbers": numbers, "target": target}}  # fmt: skip


@tasks
def subset_sums(chance: random.Random) -> Iterator[Row]:
    for _ in range(SIZE):
        numbers = chance.sample(range(3, 60), 7)
        chosen = sorted(chance.sample(numbers, chance.randint(2, 4)))
        yield {"prompt": f"Choose from {numbers} some numbers that add up to {sum(chosen)}. Give a JSON list.",
               "answer": json.dumps(chosen), "numbers": numbers, "target": sum(chosen)}  # fmt: skip


@tasks
def colourings(chance: random.Random) -> Iterator[Row]:
    for _ in range(SIZE):
        nodes = "PQRSTU"[: chance.randint(4, 6)]
        colours = {node: chance.choice(["red", "green", "blue"]) for node in nodes}
        colours[nodes[0]], colours[nodes[1]] = "red", "blue"
        edges = [[a, b] for a, b in product(nodes, nodes) if a < b and colours[a] != colours[b]]
        shown = ", ".join(f"{a}-{b}" for a, b in edges)
        yield {"data_source": "colouring",
               "prompt": f"Colour the nodes {', '.join(nodes)} red, green or blue so that neighbours differ: {shown}. "
                         "Give a JSON object.",
               "answer": json.dumps(colours), "extra_info": {"nodes": list(nodes), "edges": edges}}  # fmt: skip


@tasks
def knights(chance: random.Random) -> Iterator[Row]:
    for index in range(SIZE):
        names = [NAMES[(index + step) % 10] for step in range(3)]
        roles = [chance.choice(["knight", "knave"]) for _ in names]
        claims = " ".join(
            f"{speaker} says: {other} is a {role if honest == 'knight' else {'knight': 'knave', 'knave': 'knight'}[role]}."
            for speaker, honest, other, role in zip(names, roles, names[1:] + names[:1], roles[1:] + roles[:1],
                                                    strict=True)
        )  # fmt: skip
        clue = f"It is known that {names[0]} is a {roles[0]}."
        yield {"prompt": f"Knights tell the truth, knaves lie. {claims} {clue} Who is what? Name everybody.",
               "answer": ", ".join(f"{name} is a {role}" for name, role in zip(names, roles, strict=True))}


@tasks
def durations(chance: random.Random) -> Iterator[Row]:
    for _ in range(SIZE):
        minutes, legs = chance.randint(35, 95), chance.randint(2, 6)
        total = minutes * legs
        yield {"prompt": f"A ride takes {minutes} minutes. How long are {legs} rides? Use the form `2 h 5 min`.",
               "answer": f"{total // 60} h {total % 60} min"}  # fmt: skip


@tasks
def mixture(chance: random.Random) -> Iterator[Row]:
    """Five rows each of four data sources."""
    for maker in (choices, percents, verl_integers, reversals):
        yield from list(maker(chance))[:5]


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, maker in MAKERS.items():
        rows = list(maker(random.Random(name)))
        assert len(rows) == SIZE, name
        (FOLDER / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


if __name__ == "__main__":
    main()
