"""What is wrong with a capping or throttling configuration, in the codes of the public API [5.5].

A configuration whose parts have the right form can be saved, whatever they say; whether it can be deployed is in the
errors that are found here. Throttling is stricter: what could not be deployed is not saved.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from sojourn.limits.errors import LimitError
from sojourn.limits.pattern import METHODS, Pattern, WildcardError
from sojourn.limits.rule import Capping, Rating, ServiceCap

SERVICES = ("action", "dataSource")
THROUGHPUT = (200, 5_000)
_MOST = 2**31 - 1
CAPPING_FIELDS = ("url", "methods", "services", "orgId", "name", "description", "version")
THROTTLING_FIELDS = ("name", "description", "urlPattern", "methods", "maxThroughput", "orgId")


class Fault(NamedTuple):
    """A code with the parameters of its sentence, and for warnings what it is about."""

    code: str
    params: dict[str, object] = {}
    scope: dict[str, str] = {}

    def error(self) -> LimitError:
        """The error of whoever goes on in spite of it."""
        return LimitError(self.code, **self.params)  # type: ignore[arg-type]


# --- capping ---------------------------------------------------------------------------------------------------------


def capping(body: Any) -> dict[str, Any]:
    """A capping configuration as it is saved. Raises LimitError where a part is missing or has another form."""
    if not isinstance(body, dict):
        raise LimitError("ERR_ENDPOINTCONFIG_112")
    for name, code in {
        "url": "ERR_ENDPOINTCONFIG_100",
        "methods": "ERR_ENDPOINTCONFIG_103",
        "services": "ERR_ENDPOINTCONFIG_104",
    }.items():
        if body.get(name) is None:
            raise LimitError(code, field=name)
    services = body["services"]
    _require(isinstance(body["url"], str), "url")
    _require(isinstance(body["methods"], list) and all(method in METHODS for method in body["methods"]), "methods")
    _require(isinstance(services, dict) and all(isinstance(each, dict) for each in services.values()), "services")
    for service, wanted in services.items():
        most = wanted.get("maxHttpConnections")
        _require(most is None or _is_count(most), f"services.{service}.maxHttpConnections")
    for name in ("orgId", "name", "description", "version"):
        _require(isinstance(body.get(name, ""), str), name)
    return {name: body[name] for name in CAPPING_FIELDS if name in body}


def _require(fits: bool, field: str) -> None:
    if not fits:
        raise LimitError("ERR_ENDPOINTCONFIG_111", field=field, name=field)


def _is_count(value: object) -> bool:
    return type(value) is int and 1 <= value <= _MOST


def capping_errors(config: dict[str, Any]) -> list[Fault]:
    """Why a saved configuration cannot be deployed."""
    found = [Fault(code) for code in _url_faults(config["url"])]
    if not config["methods"]:
        found.append(Fault("ERR_ENDPOINTCONFIG_103"))
    if not config["services"]:
        found.append(Fault("ERR_ENDPOINTCONFIG_104"))
    for service, wanted in config["services"].items():
        if service not in SERVICES:
            found.append(Fault("ERR_AUTHORING_ENDPOINTCONFIG_1", {"service": service}))
        rating = _rating(wanted)
        if rating is None:
            found.append(Fault("ERR_ENDPOINTCONFIG_104"))
            continue
        calls, period = rating
        if not _is_count(calls):
            found.append(Fault("ERR_ENDPOINTCONFIG_107"))
        if not _is_count(period):
            found.append(Fault("ERR_ENDPOINTCONFIG_108"))
    return found


def _url_faults(url: str) -> Iterator[str]:
    if not url.strip():
        yield "ERR_ENDPOINTCONFIG_100"
        return
    try:
        Pattern(url, ())
    except WildcardError:
        yield "ERR_ENDPOINTCONFIG_102"
    except ValueError:
        yield "ERR_ENDPOINTCONFIG_101"


def _rating(wanted: dict[str, Any]) -> tuple[Any, Any] | None:
    """(calls, period) of a service; the API's older form has a `callRating` with `maxCalls`."""
    for name, calls in (("rating", "maxCallsCount"), ("callRating", "maxCalls")):
        rating = wanted.get(name)
        if isinstance(rating, dict):
            return rating.get(calls), rating.get("periodInMs")
    return None


def capping_warnings(config: dict[str, Any]) -> list[Fault]:
    """What may surprise whoever deploys a configuration."""
    return [
        Fault("ERR_ENDPOINTCONFIG_106", {}, {"endpointConfigService": service, "endpointConfigUrl": config["url"]})
        for service, wanted in config["services"].items()
        if wanted.get("maxHttpConnections") is None
    ]


def capping_rule(config: dict[str, Any]) -> Capping:
    """A configuration without errors as the engine takes it."""
    services = {}
    for service, wanted in config["services"].items():
        rating = _rating(wanted)
        assert rating is not None
        services[service] = ServiceCap(Rating(*rating), wanted.get("maxHttpConnections"))
    return Capping(config["url"], tuple(config["methods"]), services)


# --- throttling ------------------------------------------------------------------------------------------------------


def throttling(body: Any) -> dict[str, Any]:
    """A throttling configuration as it is saved. Raises LimitError for anything that could not be deployed."""
    if not isinstance(body, dict):
        raise LimitError("ERR_THROTTLING_CONFIG_106", status=400, name="body")
    for name in ("urlPattern", "methods"):
        if body.get(name) in (None, "", []):
            raise LimitError("ERR_THROTTLING_CONFIG_100", status=400, field=name, name=name)
    methods, throughput = body["methods"], body.get("maxThroughput")
    if not isinstance(methods, list) or not all(method in METHODS for method in methods):
        raise LimitError("ERR_THROTTLING_CONFIG_106", status=400, field="methods", name="methods")
    for name in ("name", "description", "orgId"):
        if not isinstance(body.get(name, ""), str):
            raise LimitError("ERR_THROTTLING_CONFIG_106", status=400, field=name, name=name)
    least, most = THROUGHPUT
    if type(throughput) is not int or not least <= throughput <= most:
        raise LimitError("ERR_THROTTLING_CONFIG_101", status=400, field="maxThroughput", least=least, most=most)
    try:
        Pattern(body["urlPattern"], ())
    except WildcardError:
        raise LimitError("ERR_THROTTLING_CONFIG_105", status=400, field="urlPattern") from None
    except (ValueError, TypeError, AttributeError):
        raise LimitError("ERR_THROTTLING_CONFIG_104", status=400, field="urlPattern") from None
    return {name: body[name] for name in THROTTLING_FIELDS if name in body}
