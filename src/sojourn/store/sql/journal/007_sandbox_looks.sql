-- What a sandbox is for, and its colour, which people know it by; an empty colour is made of the name.
alter table sandbox add column kind text not null default 'development'; -- production, development
alter table sandbox add column colour text not null default '';
update sandbox set kind = 'production' where name = 'prod';
