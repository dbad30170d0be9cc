"""Every text of the desk, German and English side by side; one module for what belongs together.

A page says one by `say(module.name)`, so that a name that does not exist fails where it is first shown
(tests/desk/test_texts.py shows all of them).
"""
