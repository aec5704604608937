class TasksetConfig:
    def __init__(self, **given):
        self.__dict__.update(given)


class Taskset:
    def __init__(self, config):
        self.config = config

    def __iter__(self):
        return iter(self.load())
