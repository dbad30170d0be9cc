"""The image's health check: whichever part of the program runs in this container answers that it lives.

Exit: 0 it does, 1 it does not, or nobody listens. Python's own library only, so that it costs next to nothing; the
ports are those that docker-compose.yml and deploy/kubernetes/ set (held by tests/deploy/).
"""

import sys
import urllib.error
import urllib.request

PARTS = (
    "http://127.0.0.1:8081/health/live",  # worker
    "http://127.0.0.1:8080/health/live",  # webhook service
    "http://127.0.0.1:8234/keys",  # codec
    "http://127.0.0.1:8090/",  # desk, which asks a stranger to log in
)
WITHIN = 4
"""Seconds."""


def main() -> int:
    """Ask one after the other; the first that listens decides."""
    for address in PARTS:
        try:
            with urllib.request.urlopen(address, timeout=WITHIN) as answer:
                return 0 if answer.status == 200 else 1
        except urllib.error.HTTPError as answer:
            return 0 if answer.code < 500 else 1
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionRefusedError):
                return 1
        except OSError:
            return 1
    return 1


if __name__ == "__main__":
    sys.exit(main())
