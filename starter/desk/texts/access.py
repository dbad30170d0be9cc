"""What is said of logging in by the firm's own login, and of trying too often."""

from beteiligte.messages.language import Phrase
from starter.desk.claims import LogInTrouble

BY_PROVIDER_HOW = Phrase(
    de="Diese Seite zeigt Angaben von Mandanten und Gegnern. Bitte melden Sie sich mit Ihrem Konto der Kanzlei an.",
    en="This page shows data of clients and opponents. Please log in with your account of the firm.",
)
BY_PROVIDER = Phrase(de="Mit dem Konto der Kanzlei anmelden", en="Log in with the firm's account")
OR_BY_LINK = Phrase(
    de="Ohne ein solches Konto: Ihr Betreuer gibt Ihnen einen Link; er gilt nur kurz und nur einmal. Er bekommt ihn "
    "mit:",
    en="Without such an account: your administrator gives you a link; it is valid for a short time, and once. "
    "He gets it by:",
)
LOGGED_IN = Phrase(de="Sie sind angemeldet", en="You are logged in")
LOGGED_OUT = Phrase(de="Sie sind abgemeldet", en="You are logged out")
LOGGED_OUT_HOW = Phrase(
    de="Beim Konto der Kanzlei sind Sie noch angemeldet. An einem Rechner, den andere benutzen, melden Sie sich bitte "
    "auch dort ab.",
    en="You are still logged in with the firm's account. At a computer that others use, please log out there as well.",
)
OUT_THERE_TOO = Phrase(de="Auch dort abmelden", en="Log out there as well")
ANOTHER_ACCOUNT = Phrase(
    de="Dieses Konto abmelden, um ein anderes zu nehmen", en="Log this account out, to take another"
)
AGAIN = Phrase(de="Noch einmal anmelden", en="Log in again")

TOO_OFTEN = Phrase(de="Das waren zu viele Versuche", en="Too many tries")
TOO_OFTEN_HOW = Phrase(
    de="Es wurde nichts getan. Bitte warten Sie eine Minute und versuchen Sie es noch einmal.",
    en="Nothing was done. Please wait a minute and try again.",
)

NOT_IN = Phrase(de="Die Anmeldung hat nicht geklappt", en="You could not be logged in")
TROUBLES = {
    LogInTrouble.AWAY: Phrase(
        de="Das Anmeldesystem der Kanzlei antwortet nicht. Bitte versuchen Sie es in einigen Minuten noch einmal. Für "
        "den Betreuer: DESK_OIDC_ISSUER; „beteiligte-sync doctor“ sagt, woran es liegt ({code}).",
        en="The firm's login does not answer. Please try again in some minutes. For the administrator: "
        'DESK_OIDC_ISSUER; "beteiligte-sync doctor" says why ({code}).',
    ),
    LogInTrouble.ELSEWHERE: Phrase(
        de="Diese Anmeldung wurde in einem anderen Browser begonnen, ist zu lange her oder schon benutzt. Bitte "
        "beginnen Sie neu.",
        en="This login was begun in another browser, too long ago, or is used already. Please begin anew.",
    ),
    LogInTrouble.BROKEN_OFF: Phrase(
        de="Sie wurde abgebrochen oder vom Anmeldesystem abgelehnt ({code}). Bitte beginnen Sie neu; bleibt es so, "
        "sagen Sie es bitte dem Betreuer.",
        en="It was broken off, or refused by the firm's login ({code}). Please begin anew; if that does not help, tell "
        "the administrator.",
    ),
    LogInTrouble.SECRET: Phrase(
        de="Bitte sagen Sie es dem Betreuer. Für ihn: Das Anmeldesystem lehnt den Desk ab ({code}); stimmen "
        "DESK_OIDC_CLIENT_ID und DESK_OIDC_CLIENT_SECRET?",
        en="Please tell the administrator. For him: the firm's login refuses the desk ({code}); are "
        "DESK_OIDC_CLIENT_ID and DESK_OIDC_CLIENT_SECRET right?",
    ),
    LogInTrouble.TOKEN: Phrase(
        de="Die Antwort des Anmeldesystems lässt sich nicht bestätigen ({code}). Bitte beginnen Sie neu; bleibt es so, "
        "sagen Sie es dem Betreuer. Für ihn: Gehen die Uhren beider Rechner richtig, ist DESK_OIDC_ISSUER richtig?",
        en="What the firm's login answered cannot be proven ({code}). Please begin anew; if that does not help, tell "
        "the administrator. For him: are the clocks of both machines right, is DESK_OIDC_ISSUER?",
    ),
    LogInTrouble.NO_ROLE: Phrase(
        de="Ihr Konto ist für diese Seite nicht freigegeben. Bitte wenden Sie sich an Ihren Betreuer. Für ihn: Der "
        "Claim „{code}“ dieses Kontos enthält keinen Wert aus DESK_OIDC_SEE oder DESK_OIDC_DECIDE.",
        en='Your account has no access to this page. Please ask your administrator. For him: the claim "{code}" of '
        "this account holds no value of DESK_OIDC_SEE or DESK_OIDC_DECIDE.",
    ),
    LogInTrouble.NO_NAME: Phrase(
        de="Ihr Konto nennt keinen Namen, unter dem Ihre Entscheidungen stehen könnten. Bitte wenden Sie sich an Ihren "
        "Betreuer. Für ihn: Der Claim „{code}“ fehlt (DESK_OIDC_NAME_CLAIM).",
        en="Your account has no name under which your decisions could stand. Please ask your administrator. For him: "
        'the claim "{code}" is missing (DESK_OIDC_NAME_CLAIM).',
    ),
}
STATUSES = {LogInTrouble.AWAY: 503, LogInTrouble.SECRET: 502}
REFUSED = 403
