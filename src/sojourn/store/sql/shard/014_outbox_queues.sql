-- Calls that stand in a queue, and whose they are: of a long queue only the front is in memory.
alter table outbox add column queue text not null default '';   -- the throttling configuration; empty: none
alter table outbox add column caller text not null default '';  -- the action, data source or channel, of one in a queue
create index outbox_queue on outbox (queue, place) where queue > '';
