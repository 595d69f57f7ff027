"""What a password must be: long, and not among those that are guessed first.

Twelve characters, no rules about kinds of characters, and no forced changes: ASVS 5.0 (6.2.1) asks for eight and
advises fifteen; twelve that are not common hold against whoever has stolen the database. What is common is judged by
zxcvbn, which knows the most used passwords, names, dates, rows of keys, and how people vary them; the words of this
house and of Chinese users are added here.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterable

from directory.errors import PasswordCommon, PasswordTooLong, PasswordTooShort

SHORTEST = 12
LONGEST = 128
_GUESSES = 10**10
"""Fewer than these find the password: refused. Zxcvbn calls it very unguessable."""
_JUDGED = 72
"""Characters that zxcvbn looks at: it takes long for more."""
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Those that nobody confuses."""

_WORDS = (
    "cloudwindow cloud window demo demonstration yunchuang yunchuangkou yunxi zhengwu bianmin zhongxin chuangkou "
    "guanli guanliyuan mima denglu gongzuo renyuan shequ zhongguo zuguo woai woaini woaizuguo aini nihao wode baobei "
    "laopo laogong mama baba haizi jintian xiaoxiao tiantian kuaile xingfu pingan jiankang facai xihuan meiyou "
    "buzhidao sheng ribao beijing shanghai guangdong shenzhen hangzhou 5201314 1314520 520520 1314 888888 666666 "
    "168168 112233 147258369 a123456 qq123456"
)


def require_good(password: str, own: Iterable[str]) -> None:
    """Raises `PasswordTooShort`, `PasswordTooLong` or `PasswordCommon`; `own` are words of the person, as the account.

    Takes up to a tenth of a second.
    """
    # Its lists take 15 MB, which a process needs only when somebody chooses a password.
    from zxcvbn import zxcvbn

    if len(password) < SHORTEST:
        raise PasswordTooShort(shortest=SHORTEST)
    if len(password) > LONGEST:
        raise PasswordTooLong(longest=LONGEST)
    # Without what joins words, "cloud-window-demo" is three of ours.
    plain = "".join(one for one in unicodedata.normalize("NFKC", password) if one.isalnum())
    words = [*_WORDS.split(), *own]
    for text in (password, plain):
        if not text or zxcvbn(text[:_JUDGED], user_inputs=words)["guesses"] < _GUESSES:
            raise PasswordCommon


def temporary_password() -> str:
    """Sixteen characters that are easily read out, 79 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
