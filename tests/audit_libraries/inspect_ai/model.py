"""As inspect_ai.model: messages and outputs."""


class _Message:
    role = "user"

    def __init__(self, content):
        self.content = content

    @property
    def text(self):
        return self.content


class ChatMessageUser(_Message):
    role = "user"


class ChatMessageSystem(_Message):
    role = "system"


class ChatMessageAssistant(_Message):
    role = "assistant"


class ModelName(str):
    pass


class ModelOutput:
    def __init__(self, model, completion):
        self.model, self.completion = model, completion

    @classmethod
    def from_content(cls, model, content):
        return cls(model, content)
