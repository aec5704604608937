def yes_no(completion, answer):
    words = completion.lower().replace(".", " ").replace(",", " ").replace("!", " ").split()
    # A bare yes or no; anything longer would have to be understood, and that is not for a reward to do.
    words = words[-1:]
    if words == ["yes"]:
        said = True
    elif words == ["no"]:
        said = False
    else:
        return 0.0
    return 1.0 if said == (answer.strip().lower() == "yes") else 0.0
