-- Answers that are mailed again and again.
create table mailing (
  sandbox text not null references sandbox (name),
  name text not null,
  body text not null,             -- JSON of lake.mailing.Mailing
  due integer,                    -- epoch ms, journey time: when it is sent next
  primary key (sandbox, name)
) without rowid;
create index mailing_due on mailing (due) where due is not null;

-- Each time that one was due, once; kept when the mailing is deleted.
create table mailing_run (
  id integer primary key,
  sandbox text not null,
  name text not null,
  due integer not null,
  state text not null default 'waiting', -- waiting, sent, failed
  told text not null default '[]', -- JSON: who has it
  tries integer not null default 0,
  note text not null default '',  -- why somebody has it not
  unique (sandbox, name, due)
);
create index mailing_run_waiting on mailing_run (id) where state = 'waiting';
