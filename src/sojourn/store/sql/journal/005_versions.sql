-- What lists of journeys are made of, and what a journey leaves behind when it is deleted.

alter table journey_version add column revision integer not null default 1;  -- counts changes
alter table journey_version add column metadata text not null default '{}';  -- JSON: who made, changed, published it, and when
alter table journey_version add column uses text not null default 'null';    -- JSON list of what its document names: "event:Purchase"

-- The highest number that a version ever had: a number is not given twice.
alter table journey add column numbers integer not null default 0;

-- Ids of deleted journeys that people were in: no other journey gets one, as ids of stays are made of it.
create table journey_gone (
  uid text primary key
) without rowid;
