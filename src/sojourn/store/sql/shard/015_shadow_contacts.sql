-- What frequency rules count for a shadow, beside what they count anyway: its own messages, and, as less than none, those
-- of stays in the live version that the shadow takes the place of.
create table shadow_contact (
  person blob not null,           -- hash of an identity
  counter text not null,          -- the rule
  journey integer not null,       -- the shadow's short number
  at integer not null,
  count integer not null,
  primary key (person, counter, journey, at)
) without rowid;
