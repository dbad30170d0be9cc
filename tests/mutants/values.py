"""What a value is and whose it is: what nobody sees, the day that was meant, what a company has, who is the same."""

from tests.mutants.mutant import Mutant

SEEN = "tests/scenarios/test_values_as_people_see_them.py"
COMPANIES = "tests/scenarios/test_companies.py"
NAMESAKES = "tests/scenarios/test_namesakes.py"

VALUES = (
    Mutant(
        name="a character that nobody sees is a name",
        file="beteiligte/record/value_kinds.py",
        old="    return seen(text) or None\n",
        new="    return text.strip() or None\n",
        caught_by=f"{SEEN} tests/domain/test_kinds.py",
    ),
    Mutant(
        name="a shifted midnight is the day as written",
        file="beteiligte/record/days.py",
        old="    return midnights[0].date() if midnights else written\n",
        new="    return written\n",
        caught_by=f"{SEEN}::test_a_birthday_arrives_as_the_day_that_was_meant",
    ),
    Mutant(
        name="a company's name makes a company of everybody",
        file="beteiligte/record/person_or_company.py",
        old="    if is_ambiguous(attributes, table):\n        return Form.PERSON\n",
        new="",
        caught_by=f"{COMPANIES}::test_a_person_with_an_employer_stays_a_person",
    ),
    Mutant(
        name="a person becomes a company by one sign",
        file="beteiligte/decide/holds.py",
        old="    if not would_turn and (not turned or _by_both_signs(view)):\n",
        new="    if not would_turn:\n",
        caught_by=f"{COMPANIES}::test_a_person_does_not_become_its_employer "
        f"{COMPANIES}::test_a_company_whose_name_is_emptied_does_not_take_its_contact_s",
    ),
    Mutant(
        name="a company has what its contact has",
        file="beteiligte/record/field_table.py",
        old="        if form not in self.forms:\n",
        new='        if form not in self.forms and self.name == "vorname":\n',
        caught_by=f"{COMPANIES}::test_a_company_is_created_without_its_contact "
        f"{COMPANIES}::test_advoware_s_company_keeps_what_is_its_own",
    ),
    Mutant(
        name="a blank agrees with a blank",
        file="beteiligte/decide/matching.py",
        old="sum(one is not None and one == other for one, other in pairs)",
        new="sum(one == other for one, other in pairs)",
        caught_by=f"{NAMESAKES}::test_a_namesake_is_a_person_s_choice",
    ),
    Mutant(
        name="a name alone is a match",
        file="beteiligte/decide/matching.py",
        old="return Likeness.CERTAIN if agreeing >= self._needed(len(compared)) else Likeness.POSSIBLE",
        new="return Likeness.CERTAIN",
        caught_by=f"{NAMESAKES}::test_a_namesake_is_a_person_s_choice "
        f"{NAMESAKES}::test_a_company_known_by_its_name_only_is_a_person_s_choice",
    ),
    Mutant(
        name="what is not certain is created",
        file="activities/candidate_search.py",
        old="number in like if number not in held and alike[number] is best",
        new="number in like if number not in held and alike[number] is Likeness.CERTAIN",
        caught_by=f"{NAMESAKES}::test_a_namesake_is_a_person_s_choice",
    ),
)
