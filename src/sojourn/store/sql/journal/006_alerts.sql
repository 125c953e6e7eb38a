-- Alerts: what is watched, and what became of it.
create table alert (
  sandbox text not null references sandbox (name),
  name text not null,
  body text not null,             -- JSON of lake.alerts.Alert
  state text not null default 'ok', -- ok, firing
  since integer,                  -- epoch ms, journey time: since when it is in this state
  value real,                     -- of the metric, when it was last looked at
  primary key (sandbox, name)
) without rowid;

-- Each change of a state; kept when the alert is deleted.
create table alert_change (
  id integer primary key,
  sandbox text not null,
  name text not null,
  at integer not null,            -- epoch ms, journey time
  state text not null,
  value real,
  usual real,                     -- what it usually is, where that was asked
  told integer not null default 0, -- whether everybody has been told
  note text not null default ''   -- why somebody could not be
);
create index alert_change_of on alert_change (sandbox, name, id);
