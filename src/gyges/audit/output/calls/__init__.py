"""How the tests that an audit writes call a grader: one file per protocol."""
