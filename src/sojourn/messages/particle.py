"""Korean particles after what only shows when it is said: chosen by the final sound of what is read aloud.

The studio has the same rule for its own texts, in studio/src/messages/particle.ts.
"""

from __future__ import annotations

import re
from typing import Literal


def final_sound(word: str) -> Literal["none", "l", "other"]:
    """Whether a word is read with a consonant at its end; `l` for one that ends in ㄹ."""
    last = re.sub(r"""[\s'"’”)\]}.,:;!?]+$""", "", word)[-1:]
    if "가" <= last <= "힣":
        final = (ord(last) - ord("가")) % 28
        return "none" if final == 0 else "l" if final == 8 else "other"
    if last in "178lLrR":  # 일 칠 팔, 엘, 아르
        return "l" if last else "none"
    return "other" if last in "036mMnN" else "none"  # 영 삼 육, 엠 엔; the names of other letters end in a vowel


def particle(word: str, pair: str) -> str:
    """Of "은/는", "이/가", "을/를", "과/와", "으로/로", "이에요/예요" the one that follows `word`; ㄹ takes 로."""
    closed, open_ = pair.split("/")
    sound = final_sound(word)
    return open_ if sound == "none" or (sound == "l" and open_ == "로") else closed
