"""How a call shows who it comes from, the same for data sources and custom actions [4.2, 5.1].

Everything that gives access is a `Secret`: sealed where it is stored, added by the connector as it sends.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from sojourn.errors import RuleError
from sojourn.schema.document import Document
from sojourn.secrets import Secret, SecretTree

Text = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
Parameter = Annotated[str, StringConstraints(max_length=2_000)]
JsonPath = Annotated[str, StringConstraints(pattern=r"^json:// ?[^ ].*$", max_length=500)]
TokenPlace = Annotated[str, StringConstraints(pattern=r"^(response|json:// ?[^ ].*)$", max_length=500)]
"""Where in a JSON answer something stands: `json://access_token`, `json://data.token`."""
_UNITS = {
    "milliseconds": timedelta(milliseconds=1),
    "seconds": timedelta(seconds=1),
    "minutes": timedelta(minutes=1),
    "hours": timedelta(hours=1),
    "days": timedelta(days=1),
    "months": timedelta(days=30),
    "years": timedelta(days=365),
}
HOUR = timedelta(hours=1)


def _any_case(*names: str) -> BeforeValidator:
    """Takes a name however its letters are cased: pasted payloads have `Bearer` as well as `bearer`."""
    known = {name.lower(): name for name in names}
    return BeforeValidator(lambda value: known.get(value.lower(), value) if isinstance(value, str) else value)


Target = Annotated[Literal["bearer", "header", "queryParam"], _any_case("bearer", "header", "queryParam")]


class BasicAuthentication(Document):
    """User name and password, in the header `Authorization`."""

    type: Literal["basic"]
    username: Text
    """The user's name."""
    password: Secret
    """The password."""


class ApiKeyAuthentication(Document):
    """A key in a header or a query parameter."""

    type: Literal["apiKey"]
    name: Text
    """The name of the header or the query parameter."""
    value: Secret
    """The key."""
    location: Literal["header", "queryParam"] = "header"
    """Where it goes."""


class CacheDuration(Document):
    """How long a token is used: `duration` of a unit, or as many as the answer says at `expiryInResponse`.

    A month has 30 days, a year 365.
    """

    duration: Annotated[int | None, Field(ge=1, le=1_000_000_000)] = None
    """How many of the unit."""
    expiry_in_response: Annotated[JsonPath | None, Field(alias="expiryInResponse")] = None
    """Where in the answer that stands: `json://expires_in`."""
    time_unit: Annotated[
        Literal["milliseconds", "seconds", "minutes", "hours", "days", "months", "years"],
        _any_case(*_UNITS),
        Field(alias="timeUnit"),
    ]
    """The unit."""

    @model_validator(mode="after")
    def _one_of_them(self) -> CacheDuration:
        if (self.duration is None) == (self.expiry_in_response is None):
            raise RuleError("INFO_RULE_CACHE")
        return self

    def of(self, count: float) -> timedelta:
        """So many of the unit."""
        return min(count, _LONGEST / _UNITS[self.time_unit]) * _UNITS[self.time_unit]


_LONGEST = timedelta(days=36_500)


class TokenTarget(Document):
    """Where a token goes."""

    type: Target | None = None
    """Whether it goes into a header or a query parameter."""
    name: Text
    """The name of that."""


class TokenBody(Document):
    """What a token call sends: as a form, or as JSON."""

    body_type: Annotated[Literal["form", "json"], _any_case("form", "json"), Field(alias="bodyType")]
    """The form of the body."""
    body_params: Annotated[dict[str, SecretTree], Field(alias="bodyParams")] = {}
    """What stands in it; every text is a secret."""

    @model_validator(mode="after")
    def _forms_are_flat(self) -> TokenBody:
        if self.body_type == "form" and any(isinstance(value, dict | list) for value in self.body_params.values()):
            raise RuleError("INFO_RULE_FORM_FLAT", field="bodyParams", other="bodyType json")
        return self


class CustomAuthentication(Document):
    """A token, fetched by a call of its own and used for a while [4.2].

    In header values and in `bodyParams` the text `EncodeBase64(...)` stands for what is inside, in base64.
    """

    type: Literal["customAuthorization"]
    authorization_type: Annotated[Target, Field(alias="authorizationType")]
    """How calls carry the token: as `Authorization: Bearer`, in another header, or in a query parameter."""
    token_target: Annotated[Text | TokenTarget | None, Field(alias="tokenTarget")] = None
    """The name of that header or parameter."""
    endpoint: Text
    """The address that gives the token."""
    method: Annotated[Literal["GET", "POST"], _any_case("GET", "POST")] = "POST"
    """How it is asked."""
    headers: dict[str, Secret] = {}
    """Headers of the token call; every value is a secret."""
    body: TokenBody | None = None
    """What a POST sends."""
    token_in_response: Annotated[TokenPlace, Field(alias="tokenInResponse")]
    """Where the token stands: `response` for the whole answer, or `json://` and the path."""
    cache_duration: Annotated[CacheDuration | None, Field(alias="cacheDuration")] = None
    """How long a token is used; left out, an hour."""

    @model_validator(mode="after")
    def _has_its_parts(self) -> CustomAuthentication:
        if self.target[0] != "bearer" and not self.target[1]:
            raise RuleError("INFO_RULE_TOKEN_TARGET", type=self.authorization_type)
        if self.method == "POST" and self.body is None:
            raise RuleError("INFO_RULE_POST_BODY")
        if self.method == "GET" and self.body is not None:
            raise RuleError("INFO_RULE_GET_NONE")
        return self

    @property
    def target(self) -> tuple[Target, str]:
        """How the token is given, and the name of the header or parameter."""
        named = self.token_target
        if isinstance(named, TokenTarget):
            return named.type or self.authorization_type, named.name
        return self.authorization_type, named or ""


class OAuthAuthentication(Document):
    """OAuth 2.0 client credentials (RFC 6749, section 4.4). A token is used until shortly before it expires."""

    type: Literal["oauth2"]
    endpoint: Text
    """The token endpoint."""
    client_id: Annotated[Text, Field(alias="clientId")]
    """The client's id."""
    client_secret: Annotated[Secret, Field(alias="clientSecret")]
    """The client's secret."""
    client_authentication: Annotated[Literal["basic", "body"], Field(alias="clientAuthentication")] = "basic"
    """Where the client's id and secret go: the header `Authorization`, or the body."""
    scope: Parameter = ""
    """What the token is to be good for."""
    audience: Parameter = ""
    """Whom the token is for, where the endpoint wants to know."""


class JwtBearerAuthentication(Document):
    """A token for a signed assertion (RFC 7523), as service accounts get theirs."""

    type: Literal["jwtBearer"]
    endpoint: Text
    """The token endpoint."""
    issuer: Text
    """Who asserts: the service account."""
    key: Secret
    """The private key, as PEM."""
    key_id: Annotated[Text | None, Field(alias="keyId")] = None
    """Which key that is, where there are several."""
    algorithm: Literal["RS256", "ES256"] = "RS256"
    """How the assertion is signed."""
    audience: Parameter = ""
    """Whom the assertion is for; left out, the endpoint."""
    subject: Parameter = ""
    """On whose behalf, where it is not the issuer's."""
    scope: Parameter = ""
    """What the token is to be good for."""


class SignatureAuthentication(Document):
    """A signature over the request: HTTP message signatures (RFC 9421) with `hmac-sha256`."""

    type: Literal["hmac"]
    key_id: Annotated[Text, Field(alias="keyId")]
    """The name that the other side knows the key by."""
    key: Secret
    """The key."""
    encoding: Literal["text", "base64"] = "text"
    """How the key is written."""


Authentication = Annotated[
    BasicAuthentication
    | ApiKeyAuthentication
    | CustomAuthentication
    | OAuthAuthentication
    | JwtBearerAuthentication
    | SignatureAuthentication,
    Field(discriminator="type"),
]


class ClientCertificate(Document):
    """What a call shows of itself in the TLS handshake: a certificate, those that vouch for it, and its key, as PEM."""

    certificate: Annotated[str, StringConstraints(min_length=1, max_length=50_000)]
    """The certificate, then those that vouch for it."""
    key: Secret
    """The private key, without a password."""


def selected(answer: Any, path: str) -> Any:
    """What stands at a `JsonPath` in an answer, None where nothing does."""
    for name in path.removeprefix("json://").strip().split("."):
        if not isinstance(answer, dict):
            return None
        answer = answer.get(name)
    return answer
