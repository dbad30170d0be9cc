"""Activity names, by what they are about. They stand in histories: from the first release on none is renamed."""

PARTY_FETCH = "party.fetch"

ESPOCRM_FETCH = "espocrm.fetch"
ESPOCRM_HOLDERS = "espocrm.holders"
ESPOCRM_WRITE_BACK = "espocrm.write_back"
ESPOCRM_RIVALS = "espocrm.rivals"
ESPOCRM_LINK = "espocrm.link"
ESPOCRM_MARK_SYNCING = "espocrm.mark_syncing"
ESPOCRM_WRITE_FAILURE = "espocrm.write_failure"

ADVOWARE_FETCH = "advoware.fetch"
ADVOWARE_PUSH = "advoware.push"
ADVOWARE_CREATE = "advoware.create"
ADVOWARE_LOOK_UP = "advoware.look_up"
ADVOWARE_LEFT = "advoware.left"

COMPARISON_DECIDE = "comparison.decide"

HISTORY_LAST_RUN = "history.last_run"
HISTORY_LOST = "history.lost"
HISTORY_LEFT_BEGUN = "history.left_begun"

BLAME_FIND = "blame.find"

NOTIFICATION_TELL = "notification.tell"
NOTIFICATION_OUTAGE = "notification.outage"
NOTIFICATION_DELETES = "notification.deletes"
NOTIFICATION_SWEEP = "notification.sweep"

OUTAGE_REPORT = "outage.report"
PARTIES_ASK = "parties.ask"
OUTAGE_TRY = "outage.try"

DELETES_COLLECT = "deletes.collect"

SWEEP_PAGE = "sweep.page"
SWEEP_LINKS = "sweep.links"
SWEEP_SYNC = "sweep.sync"

PLAN_PAGE = "plan.page"

SELFTEST_LOOK = "selftest.look"
