"""As inspect_ai.solver: the state of a task, with its real parameters."""


class TaskState:
    def __init__(
        self,
        model,
        sample_id,
        epoch,
        input,
        messages,
        target=None,
        choices=None,
        output=None,
        completed=False,
        metadata=None,
    ):
        self.model, self.sample_id, self.epoch, self.input, self.messages = model, sample_id, epoch, input, messages
        self.target, self.choices, self.output, self.metadata = target, choices or [], output, metadata or {}
        self.completed = completed

    @property
    def input_text(self):
        return self.input if isinstance(self.input, str) else self.input[-1].text
