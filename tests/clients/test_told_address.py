"""Which addresses of a discovery may get the firm's password."""

import pytest

from clients.told_address import refusal

GOOD = [
    "https://www2.advo-net.net:90/",
    "https://security.advo-net.net",
    "https://192.168.7.20:8443/advoware",
    "https://[2001:db8::7]:8443/",
    "https://xn--kanzlei-mller-zob.example",
    "HTTPS://Advoware.kanzlei.local./",
]
BAD = {
    "no https": [
        "http://www2.advo-net.net",
        "ftp://h.example",
        "//h.example",
        "h.example",
        "javascript:x",
        "",
        "https:h",
    ],
    "somebody's name": ["https://user@h.example", "https://user:pw@h.example", "https://h.example@evil.example/"],
    "query or fragment": [
        "https://h.example/?x=1",
        "https://h.example/?",
        "https://h.example#x",
        "https://h.example/#",
    ],
    "odd characters": [
        *("https://h.example/\r\nX: y", "https://h.ex\tample", "https://h.example\0", " https://h.example"),
        *("https://h.example\\@evil.example", "https://hï.example", "https://h.example/\u202e", "https://" + "h" * 600),
    ],
    "no host": [
        *(
            "https://",
            "https:///path",
            "https://:8443/",
            "https://-h.example",
            "https://h..example",
            "https://h_x.example",
        ),
        *(
            "https://h.example:0",
            "https://h.example:99999",
            "https://h.example:x",
            "https://[::1",
            "https://[nonsense]",
        ),
        *("https://%31%36%39.254.169.254", "https://h;x.example", "https://h,x.example", "https://[fe80::1%25eth0]"),
    ],
    "link-local": [
        *("https://169.254.169.254", "https://169.254.169.254.", "https://169.254.0.1:8443/", "https://[fe80::1]"),
        *("https://[::ffff:169.254.169.254]", "https://[::ffff:a9fe:a9fe]", "https://[64:ff9b::a9fe:a9fe]"),
        "https://[2002:a9fe:a9fe::1]",
    ],
    "metadata, written otherwise": [
        *("https://2852039166", "https://0xa9fea9fe", "https://0xA9.0xFE.0xA9.0xFE", "https://169.254.43518"),
        *(
            "https://0251.0376.0251.0376",
            "https://169.254.169.0xfe",
            "https://metadata.google.internal/",
            "https://[fd00:ec2::254]",
        ),
        *("https://100.100.100.200", "https://METADATA.google.internal."),
    ],
    "nobody's": ["https://0.0.0.0", "https://[::]", "https://224.0.0.1", "https://[ff02::1]"],
}


@pytest.mark.parametrize("address", GOOD)
def test_a_usual_address_may_be_told(address: str) -> None:
    """The vendor's, and a connector in the firm's own network."""
    assert refusal(address, plain_http=False, hosts=()) == ""


@pytest.mark.parametrize("address", [address for kind in BAD.values() for address in kind])
def test_any_other_is_refused_without_a_word_of_it(address: str) -> None:
    """Whoever wrote it must not write into our log."""
    why = refusal(address, plain_http=False, hosts=())

    assert why
    assert len(address) < 12 or address not in why


@pytest.mark.parametrize("address", [address for kind in list(BAD.values())[1:] for address in kind])
def test_http_that_an_operator_allowed_allows_nothing_else(address: str) -> None:
    """A discovery of one's own, on a trial machine."""
    assert refusal("http://127.0.0.1:8085/relay", plain_http=True, hosts=()) == ""
    assert refusal(address.replace("https://", "http://", 1), plain_http=True, hosts=())


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("advo-net.net", True),
        ("ADVO-NET.net.", True),
        ("www2.advo-net.net", False),
        ("security.kanzlei.example", True),
        ("a.b.kanzlei.example", True),
        ("kanzlei.example", False),
        ("evilkanzlei.example", False),
        ("kanzlei.example.evil.example", False),
        ("10.0.0.7", True),
        ("10.0.0.77", False),
    ],
)
def test_hosts_may_be_listed(host: str, allowed: bool) -> None:
    """As they are, or all below one."""
    hosts = ("advo-net.net", ".kanzlei.example", "10.0.0.7")

    assert (refusal(f"https://{host}:90/", plain_http=False, hosts=hosts) == "") is allowed
