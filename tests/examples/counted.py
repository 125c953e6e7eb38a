"""What comes of each example, counted from its history alone: by its README and with a pencil, so to say.

Nothing of the product is used here. Each function goes through what every customer did, by the clock, and says what a
reader of the journey would expect; where chance decides (splits), only what both ways come to together.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
Numbers = dict[str, int]
Happened = dict[str, list[tuple[datetime, str, dict[str, Any]]]]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Past:
    """An example's history: events by customer in order of time, and what is known of customers."""

    def __init__(self, name: str) -> None:
        self.events: Happened = {}
        self.known: dict[str, dict[str, Any]] = {}
        for line in (EXAMPLES / name / "history.jsonl").read_text(encoding="utf-8").splitlines():
            entity = json.loads(line)
            entity = entity["body"]["xdmEntity"] if "body" in entity else entity
            fields = entity.get("_shop") or entity.get("_telco") or entity.get("_b2b")
            who = next(fields[key] for key in ("customer", "lead") if key in fields)
            if "timestamp" in entity:
                at = datetime.fromisoformat(entity["timestamp"])
                self.events.setdefault(who, []).append((at, entity["eventType"], fields))
            else:
                self.known[who] = entity
        for found in self.events.values():
            found.sort(key=lambda each: each[0])

    def first(self, who: str, kind: str) -> datetime | None:
        """When somebody did something for the first time."""
        return next((at for at, each, _ in self.events[who] if each == kind), None)

    def has_mail(self, who: str) -> bool:
        return "personalEmail" in self.known[who]


def welcome(past: Past) -> Numbers:
    """Mails keep out of the night of Berlin (21 to 8, UTC+2 in April); orders count from the first mail on."""
    n: Counter[str] = Counter()
    for who in past.events:
        signed, ordered = past.first(who, "signUp"), past.first(who, "order")
        assert signed is not None
        berlin = signed + 2 * HOUR
        greeted = signed
        if past.has_mail(who) and not 8 <= berlin.hour < 21:
            morning = berlin.replace(hour=8, minute=0) + (DAY if berlin.hour >= 21 else 0 * DAY)
            greeted = morning - 2 * HOUR
        early = ordered is not None and greeted < ordered < greeted + 3 * DAY
        later = ordered is not None and greeted + 3 * DAY < ordered < greeted + 10 * DAY
        n["early"] += early
        n["later"] += later
        n["never"] += not early and not later
        n["mails" if past.has_mail(who) else "unknown"] += 1 if early else 2 if later else 3
    return {
        "entered": len(past.events),
        "completed": len(past.events),
        "activities.early_order.left": n["early"],
        "activities.week_a.left + activities.week_b.left": n["never"],
        "goals.subject/plain + goals.subject/playful": n["later"],
        "activities.discount.left": n["never"],
        "actions.newsletter.ok": n["mails"],
        "actions.newsletter.skipped": n["unknown"],
    }


def abandoned_cart(past: Past) -> Numbers:
    """An order takes a customer out; who is still there a day after the reminder, and has a big cart, gets one of five
    vouchers: those whose carts are oldest."""
    n: Counter[str] = Counter()
    vouchers = 5
    for who in sorted(past.events, key=lambda who: past.events[who][0][0]):
        added, _, fields = past.events[who][0]
        ordered = past.first(who, "order")
        after = 1000 * HOUR if ordered is None else ordered - added
        if after < HOUR:
            n["exited"] += 1
            continue
        n["reached" if past.known[who]["pushNotificationDetails"] else "no app"] += 1
        if after < 25 * HOUR:
            n["exited"] += 1
        elif fields["value"] >= 100 and vouchers:
            vouchers -= 1
            n["exited" if after < 49 * HOUR else "completed"] += 1
        else:
            n["completed"] += 1
    return {
        "entered": len(past.events),
        "completed": n["completed"],
        "exited": n["exited"],
        "actions.app.ok": n["reached"],
        "actions.app.skipped": n["no app"],
        "actions.texts.ok": 5 - vouchers,
    }


def birthday(past: Past) -> Numbers:
    """Thirty mornings, from the second of March to the 31st, for everybody whose birthday is known."""
    born = {who: each["_shop"]["birthday"] for who, each in past.known.items() if "birthday" in each["_shop"]}
    today = [who for who, day in born.items() if "03-02" <= day <= "03-31"]
    return {
        "entered": 30 * len(born),
        "completed": 30 * len(born),
        "activities.wishes.left": len(today),
        "actions.newsletter.ok": sum(past.has_mail(who) for who in today),
        "activities.greeted.left": len(today),
    }


def order_follow_up(past: Past) -> Numbers:
    """By order: in time is within five days, lost is what has not come ten days after that."""
    ordered, n = dict[str, datetime](), Counter[str]()
    delivered: dict[str, datetime] = {}
    for events in past.events.values():
        for at, kind, fields in events:
            (ordered if kind == "order" else delivered)[fields["order"]] = at
    for order, at in ordered.items():
        took = delivered[order] - at if order in delivered else 1000 * DAY
        n["in time" if took < 5 * DAY else "late" if took < 15 * DAY else "lost"] += 1
    return {
        "entered": len(ordered),
        "completed": len(ordered),
        "actions.ask_for_review.ok": n["in time"],
        "actions.apologise.ok": n["late"] + n["lost"],
        "activities.late.arrows.late/then": n["late"],
        "activities.late.arrows.late/timeout": n["lost"],
    }


def subscription_renewal(past: Past) -> Numbers:
    """An offer goes out two weeks before the end, on the clock of Seoul; ten days after it, a call. By answers.json one
    customer was called too often before."""
    n: Counter[str] = Counter()
    often = ("k04",)
    for who, events in past.events.items():
        fields = events[0][2]
        if "ends" not in fields:
            n["no end"] += 1
            continue
        end = datetime.fromisoformat(fields["ends"])
        offer = end - 14 * DAY - 9 * HOUR
        call = offer + 10 * DAY
        cancelled, renewed = past.first(who, "cancelled"), past.first(who, "renewed")
        if cancelled is not None and cancelled < offer:
            n["exited"] += 1
            continue
        spring = datetime(2026, 3, 1, tzinfo=UTC) <= offer + 9 * HOUR < datetime(2026, 4, 1, tzinfo=UTC)
        n["present" if spring else "offer"] += 1
        if cancelled is not None and cancelled < call:
            n["exited"] += 1
        elif renewed is not None and offer < renewed < call:
            n["renewed"] += 1
        else:
            n["called"] += 1
            n["often"] += who in often
    return {
        "entered": len(past.events),
        "completed": n["no end"] + n["renewed"] + n["called"],
        "exited": n["exited"],
        "actions.present.ok": n["present"],
        "actions.offer.ok": n["offer"],
        "activities.renewed.arrows.renewed/then": n["renewed"],
        "actions.call_list.ok": n["called"],
        "activities.reached.arrows.reached/often": n["often"],
        "activities.two_weeks_before.arrows.two_weeks_before/error": n["no end"],
    }


def store_visit(past: Past) -> Numbers:
    """The first visit of a day and night; by answers.json it rains in Seoul, is hot in Busan, unknown in Jeju."""
    n: Counter[str] = Counter()
    for events in past.events.values():
        last = None
        for at, _, fields in events:
            if last is not None and at < last + DAY:
                continue
            last = at
            n["entered"] += 1
            if 10 <= (at + 9 * HOUR).hour < 20:
                n["open"] += 1
                n[fields["city"]] += 1
    return {
        "entered": n["entered"],
        "completed": n["entered"],
        "activities.weather.left": n["open"],
        "activities.umbrella.left": n["Seoul"],
        "activities.ice_tea.left": n["Busan"],
        "activities.weather.arrows.weather/error": n["Jeju"],
        "activities.weather.arrows.weather/other": n["Daegu"],
    }


def nps_follow_up(past: Past) -> Numbers:
    """9 and 10 are promoters, up to 6 are detractors."""
    scores = [events[0][2]["score"] for events in past.events.values()]
    promoters, detractors = sum(score >= 9 for score in scores), sum(score <= 6 for score in scores)
    return {
        "entered": len(scores),
        "completed": len(scores),
        "activities.score.arrows.score/other": len(scores) - promoters - detractors,
        "activities.share.arrows.share/asked + activities.share.arrows.share/other": promoters,
        "activities.care.left": detractors,
    }


def lead_hand_over(past: Past) -> Numbers:
    """The third look at the prices; by answers.json the CRM refuses one lead, and has nobody for another."""
    n: Counter[str] = Counter()
    for who, events in past.events.items():
        looks = [at for at, _, fields in events if fields.get("page") == "pricing"]
        if len(looks) < 3:
            continue
        n["entered"] += 1
        if who in ("l04", "l05"):
            n["refused" if who == "l04" else "nobody"] += 1
            continue
        demo = past.first(who, "demo")
        n["won" if demo is not None and looks[2] < demo < looks[2] + 2 * DAY else "reminded"] += 1
    return {
        "entered": n["entered"],
        "completed": n["entered"],
        "actions.hand_over.failed.http": n["refused"],
        "activities.owner.arrows.owner/other": n["nobody"],
        "activities.demo.left": n["won"],
        "actions.remind.ok": n["reminded"],
    }


def consent_change(past: Past) -> Numbers:
    """Everybody with an address is told, also those who have opted out: it is no marketing."""
    told = [who for who in past.events if past.has_mail(who)]
    yes = [who for who, events in past.events.items() if events[0][2]["newsletter"] == "yes"]
    read = [who for who in yes if who in told and "consents" not in past.known[who]]
    return {
        "entered": len(past.events),
        "completed": len(past.events),
        "actions.service.ok": len(told),
        "activities.sent.left": len(told),
        "activities.a_minute.left": len(past.events) - len(told),
        "activities.latest.left": len(yes),
        "actions.newsletter.ok": len(read),
    }


COUNTED: dict[str, Callable[[Past], Numbers]] = {
    "welcome": welcome,
    "abandoned-cart": abandoned_cart,
    "birthday": birthday,
    "order-follow-up": order_follow_up,
    "subscription-renewal": subscription_renewal,
    "store-visit": store_visit,
    "nps-follow-up": nps_follow_up,
    "lead-hand-over": lead_hand_over,
    "consent-change": consent_change,
}
