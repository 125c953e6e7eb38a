-- The outbox is a queue: throttled calls keep their order and their age over a restart.
alter table outbox add column place integer not null default 0;  -- counts up
alter table outbox add column made integer not null default 0;   -- epoch ms, real time
update outbox set made = cast(unixepoch('subsec') * 1000 as integer);
