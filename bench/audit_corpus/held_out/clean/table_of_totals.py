def rows_of(text):
    """Cells of the lines that begin with a bar."""
    table = []
    for line in text.strip().splitlines():
        line = line.strip()
        if line.startswith("|") and line.endswith("|"):
            table.append([cell.strip() for cell in line.strip("|").split("|")])
    return table


def table_reward(completion, answer):
    """All rows of the table, in the order asked for. Text around the table is not read."""
    if "<think>" in completion and "</think>" not in completion:
        return 0.0
    said = rows_of(completion.split("</think>")[-1])
    wanted = rows_of(answer)
    return float(said == wanted)
