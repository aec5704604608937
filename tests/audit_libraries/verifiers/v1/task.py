import copy
import inspect
from typing import ClassVar


class TaskError(Exception):
    pass


class TaskData:
    prompt = None
    model_fields: ClassVar = {"idx": None, "name": None, "prompt": None}

    def __init_subclass__(cls):
        cls.model_fields = {**TaskData.model_fields, **dict.fromkeys(cls.__annotations__)}

    def __init__(self, **fields):
        if lacking := [name for name in self.model_fields if name not in (*fields, "idx", "name", "prompt")]:
            raise ValueError(f"field required: {lacking[0]}")
        self.__dict__.update(fields)

    def model_dump(self, mode="python"):
        return {name: getattr(self, name, None) for name in self.model_fields}


class WireTaskData(TaskData):
    __annotations__ = {}


class Task:
    """The library's own: a class that a user's task extends."""

    def __init__(self, data, config=None):
        self.data, self.config = data, config

    def __class_getitem__(cls, data):
        return type("Task", (cls,), {"_data": data, "__module__": __name__})

    @classmethod
    def data_type(cls):
        return cls._data

    def with_data(self, **update):
        clone = copy.copy(self)
        clone.data = type(self.data)(**{**self.data.__dict__, **update})
        return clone

    def hooks(self, attr):
        held = [getattr(self, name) for name in dir(type(self))]
        return [one for one in held if inspect.ismethod(one) and hasattr(one, attr)]

    async def score(self, trace, runtime=None):
        try:
            for one in self.hooks("reward"):
                available = {"task": self.data, "trace": trace}
                wanted = inspect.signature(one).parameters
                if "runtime" not in wanted:
                    given = {name: available[name] for name in wanted}
                    trace.rewards[one.__name__] = (float(await one(**given)), one._vf_weight)
        except Exception as error:
            raise TaskError(f"scoring: {error}") from error
