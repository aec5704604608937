"""As verifiers.v1: tasks whose rewards are marked methods, scored over a trace."""

from types import SimpleNamespace

from verifiers.v1.task import Task, TaskData, WireTaskData
from verifiers.v1.taskset import Taskset, TasksetConfig

__all__ = ["Task", "TaskData", "Taskset", "TasksetConfig", "WireTaskData"]


def reward(func=None, weight=1.0, priority=0):
    def decorator(f):
        f.reward, f.reward_priority, f._vf_weight = True, priority, weight
        return f

    return decorator if func is None else decorator(func)


class _Message:
    def __init__(self, content):
        self.content = content


class SystemMessage(_Message):
    pass


class UserMessage(_Message):
    pass


class AssistantMessage(_Message):
    pass


class MessageNode(SimpleNamespace):
    def __init__(self, parent, message, sampled=False):
        super().__init__(parent=parent, message=message, sampled=sampled)


class TraceTask(SimpleNamespace):
    pass


class AgentConfig:
    pass


class AgentInfo(SimpleNamespace):
    pass


class Trace:
    def __init__(self, task, agent, nodes, is_completed=False, ok=False):
        self.task, self.agent, self.nodes = task, agent, nodes
        self.rewards = {}

    @property
    def last_reply(self):
        return [node.message.content for node in self.nodes if node.sampled][-1].strip()

    @property
    def reward(self):
        return sum(score * weight for score, weight in self.rewards.values())
