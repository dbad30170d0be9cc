"""The desk: a page on which the firm's people see what waits for them, decide it, and take it back.

Server-rendered, without a script: it works by keyboard alone and in any browser. Read app.py (the table of pages, and
who may see which), then one page: open_page.py, party_page.py, state_page.py, sweep_page.py, trial_page.py. What is
decided: decisions.py. Who may: access.py; how one logs in: login.py. Every text: texts/. It reads through starter/views
and asks through starter/requests.py; of EspoCRM it reads the names of the parties shown, and keeps none.
"""
