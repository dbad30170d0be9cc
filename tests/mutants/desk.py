"""What the desk lets people see and do."""

from tests.mutants.mutant import Mutant

ACCESS = "tests/desk/test_access.py"
ATTACKS = "tests/desk/test_attacks.py"
OPENID = "tests/desk/test_openid.py"
DECIDING = "tests/desk/test_deciding.py"

OF_THE_DESK = (
    Mutant(
        name="whoever reaches the desk sees what waits",
        file="starter/desk/app.py",
        old="        if session is None:\n            return login.first(desk, request)\n",
        new="        if session is None:\n            return await handler(DeskVisit(desk, request))\n",
        caught_by=f"{ACCESS}::test_no_page_is_shown_without_logging_in",
    ),
    Mutant(
        name="whoever may look may also decide",
        file="starter/desk/access.py",
        old="return self is DeskRole.DECIDE or wanted is DeskRole.SEE",
        new="return True",
        caught_by=f"{ACCESS}::test_whoever_may_only_look_decides_nothing",
    ),
    Mutant(
        name="a form of any page is taken",
        file="starter/desk/app.py",
        old="        if not doors.is_own(request, desk.settings.url):\n            return _problem(",
        new="        if False:\n            return _problem(",
        caught_by=f"{ACCESS}::test_a_form_of_another_page_is_refused",
    ),
    Mutant(
        name="a form needs no word of its session",
        file="starter/desk/app.py",
        old='if not hmac.compare_digest(form.one("csrf").encode(), visit.session.csrf.encode()):',
        new='if not form.one("csrf"):',
        caught_by=f"{ACCESS}::test_a_form_without_its_word_is_refused",
    ),
    Mutant(
        name="a link logs in as often as it is used",
        file="starter/desk/login_links.py",
        old="        self._used[link.id] = link.made\n",
        new="",
        caught_by=f"{ACCESS}::test_a_link_lets_one_person_in_once",
    ),
    Mutant(
        name="a used link is fresh again after a restart of the desk",
        file="starter/desk/login_links.py",
        old="link.made < self.began or ",
        new="",
        caught_by=f"{ACCESS}::test_a_link_ends_by_itself_with_a_restart_and_with_another_key",
    ),
    Mutant(
        name="who logs out stays in wherever the cookie went",
        file="starter/desk/login.py",
        old='    desk.sessions.end(visit.request.cookies.get(cookie(desk), ""))\n',
        new="",
        caught_by=f"{ACCESS}::test_who_logs_out_is_out_wherever_the_cookie_went",
    ),
    Mutant(
        name="a browser may keep pages with values",
        file="starter/desk/doors.py",
        old='                headers.setdefault("Cache-Control", NOT_KEPT)\n',
        new="",
        caught_by=f"{ACCESS}::test_every_answer_forbids_scripts_frames_and_keeping",
    ),
    Mutant(
        name="whoever has an account of the firm comes in",
        file="starter/desk/claims.py",
        old="for role, named in wanted.items() if named & values), None)",
        new="for role, named in wanted.items() if named & values), DeskRole.SEE)",
        caught_by=f"{OPENID}::test_roles_come_by_what_is_set_alone",
    ),
    Mutant(
        name="an address that the provider has not checked lets in",
        file="starter/desk/claims.py",
        old=' and checked in (True, "true")',
        new="",
        caught_by=f"{OPENID}::test_roles_come_by_what_is_set_alone",
    ),
    Mutant(
        name="a callback is good again",
        file="starter/desk/openid.py",
        old="self._by_key.pop(_hash(token), (0.0, {}))",
        new="self._by_key.get(_hash(token), (0.0, {}))",
        caught_by=f"{OPENID}::test_so_many_log_ins_are_under_way_each_is_used_once",
    ),
    Mutant(
        name="a token for another program lets in",
        file="starter/desk/openid.py",
        old='            "aud": {"essential": True, "value": self.settings.client_id},\n',
        new="",
        caught_by=f"{OPENID}::test_a_token_that_proves_nothing_lets_nobody_in",
    ),
    Mutant(
        name="what the provider says of another person counts for whoever logs in",
        file="starter/desk/openid.py",
        old='if more.get("sub") != claims["sub"]:',
        new='if not more.get("sub"):',
        caught_by=f"{OPENID}::test_what_the_token_lacks_is_asked_for_and_counts_for_the_same_person_alone",
    ),
    Mutant(
        name="log-ins are tried without end",
        file="starter/desk/limits.py",
        old="    if not bucket.has_capacity():\n        return False\n",
        new="",
        caught_by=f"{OPENID}::test_who_tries_without_end_is_told_to_wait",
    ),
    Mutant(
        name="a session sends decisions without end",
        file="starter/desk/app.py",
        old="if role is DeskRole.DECIDE and not await limits.taken(visit.session.decisions):",
        new="if False:",
        caught_by=f"{ATTACKS}::test_a_session_that_decides_without_end_is_told_to_wait",
    ),
    Mutant(
        name="the session that a browser had goes on beside the new one",
        file="starter/desk/login.py",
        old='    desk.sessions.end(request.cookies.get(cookie(desk), ""))\n    token',
        new="    token",
        caught_by=f"{ATTACKS}::test_a_session_that_somebody_else_chose_is_none",
    ),
    Mutant(
        name="whoever sends X-Forwarded-For counts as somebody new each time",
        file="starter/desk/service.py",
        old="bool(desk.settings.proxies), list(desk.settings.proxies)",
        new='True, "*"',
        caught_by=f"{OPENID}::test_the_address_of_a_person_is_said_by_the_set_proxy_alone",
    ),
    Mutant(
        name="the second of two decides over the first",
        file="starter/desk/decisions.py",
        old='only_while=seen, asked=form.one("told"))',
        new="only_while=seen)",
        caught_by=f"{DECIDING}::test_the_second_of_two_is_told_what_the_first_did",
    ),
    Mutant(
        name="a decision on an old picture overwrites the edit that came between",
        file="starter/desk/decisions.py",
        old='only_while=seen, asked=form.one("told"))',
        new='asked="")',
        caught_by=f"{DECIDING}::test_an_edit_that_came_between_is_kept",
    ),
    Mutant(
        name="several are decided by what is open now, not by what was shown",
        file="starter/desk/decisions.py",
        old="    if told.of_all(questions) != shown:\n",
        new="    if not shown:\n",
        caught_by=f"{DECIDING}::test_several_are_decided_at_once_and_each_that_is_not_done_is_named",
    ),
    Mutant(
        name="a sweep is answered by whoever comes, whatever it asks by then",
        file="starter/desk/sweep_page.py",
        old="good = asked is not None and asked.asks and asked.alarm == shown",
        new="good = True",
        caught_by=f"{DECIDING}::test_a_sweep_that_stopped_shows_what_it_would_write_and_takes_one_answer",
    ),
    Mutant(
        name="what a party is called is written into the page as markup",
        file="starter/desk/visit.py",
        old="    autoescape=True,\n",
        new="    autoescape=False,\n",
        caught_by=f"{DECIDING}::test_values_of_clients_stand_as_text_alone",
    ),
    Mutant(
        name="a side that nobody read is shown as empty",
        file="starter/desk/party_page.py",
        old="_alone(seen.sides.fields) if _is_alone(seen) else seen.sides.fields",
        new="seen.sides.fields",
        caught_by=f"{DECIDING}::test_of_a_party_without_its_betnr_nothing_is_said_of_advoware",
    ),
    Mutant(
        name="the story has whoever came second decide",
        file="starter/desk/story.py",
        old="wording.decided(asked, sync.declined)",
        new="wording.decided(asked)",
        caught_by=f"{DECIDING}::test_the_second_of_two_is_told_what_the_first_did",
    ),
)
