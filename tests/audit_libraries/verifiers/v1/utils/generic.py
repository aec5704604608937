def concrete_type(cls, base, origin=None):
    return None
