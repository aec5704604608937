import contextlib


def set_num_threads(number):
    return None


@contextlib.contextmanager
def inference_mode():
    yield
