-- Drafts that run in test or as a shadow: each has a short number of its own, and here is what it leaves behind, so
-- that it is in no live count and goes as a whole.
create table rehearsal (
  journey integer primary key,    -- its short number
  kind text not null,             -- test, shadow
  of_journey text not null,       -- the uid of the journey whose draft it is
  options text not null,          -- JSON of journey.rehearse.Options
  started_at integer not null,    -- epoch ms, journey time
  baseline text not null,         -- JSON {shape: [steps, attempts]} of the live versions when it began
  ended integer not null default 0 -- 1 while its rows are being deleted
);

-- Its step events, those of a turn a row, in the form of `step`.
create table rehearsed_step (
  id integer primary key,
  journey integer not null,
  body blob not null
);
create index rehearsed_step_of on rehearsed_step (journey, id);

-- What step events do not tell: events with their payloads, calls with what was sent and answered.
create table note (
  id integer primary key,
  journey integer not null,
  person text not null,
  supplemental text not null,
  entry integer not null,
  at integer not null,            -- epoch ms, journey time
  kind text not null,             -- event, call, answer
  body text not null              -- JSON
);
create index note_of on note (journey, id);
