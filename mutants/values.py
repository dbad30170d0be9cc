"""What a value is and whose it is: what nobody sees, the day that was meant, what a company has, who is the same."""

from mutants.mutant import Mutant

SEEN = "tests/scenarios/test_values_as_people_see_them.py"

VALUES = (
    Mutant(
        name="a character that nobody sees is a name",
        file="beteiligte/kinds.py",
        old="    return seen(text) or None\n",
        new="    return text.strip() or None\n",
        caught_by=f"{SEEN} tests/domain/test_kinds.py",
    ),
    Mutant(
        name="a shifted midnight is the day as written",
        file="beteiligte/days.py",
        old="    return midnights[0].date() if midnights else written\n",
        new="    return written\n",
        caught_by=f"{SEEN}::test_a_birthday_arrives_as_the_day_that_was_meant",
    ),
)
