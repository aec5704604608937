"""Ways of writing an answer down: frames around a bare answer."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Format:
    """A frame: `lead` (often a thinking part), then the answer between `before` and `after`, then `tail`."""

    name: str
    before: str = ""
    after: str = ""
    lead: str = ""
    tail: str = ""
    header: str = ""
    """What `lead` begins with and the policy does not write: the header of its turn, for graders of whole dialogues."""

    @property
    def marked(self) -> bool:
        """Whether an explicit marker (a tag, a box, `####`) tells the answer from the rest."""
        return bool(self.before.strip())

    @property
    def explicit(self) -> bool:
        """Whether the marker has an end as well as a beginning, as a tag and a box do."""
        return self.marked and bool(self.after.strip())

    def wrap(self, answer: str, lead: str | None = None, tail: str | None = None) -> str:
        """A completion that gives `answer`; `lead` and `tail` stand in for the frame's own."""
        first = self.lead if lead is None else lead
        last = self.tail if tail is None else tail
        return f"{first}{self.before}{answer}{self.after}{last}"

    def core(self, answer: str) -> str:
        """The answer with its marker alone."""
        return f"{self.before}{answer}{self.after}"

    def after_thinking(self, thought: str) -> "Format":
        """The same frame after a thinking part with that text."""
        return replace(self, name=f"think+{self.name}", lead=f"<think>{thought}</think>\n{self.lead}")


BARE = Format("bare")
