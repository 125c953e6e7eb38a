-- name: record
insert into audit (id, at, actor, actor_kind, action, sandbox, name, before, after) values (?, ?, ?, ?, ?, ?, ?, ?, ?);
-- name: found
select * from (select * from main.audit union all select * from access.audit)
where id > :after and id < :before
and (:actors is null or exists (
  select 1 from json_each(:actors) where actor = value or substr(actor, 1, length(value) + 1) = value || '/'))
and (:actions is null or exists (
  select 1 from json_each(:actions) where action = value or substr(action, 1, length(value) + 1) = value || '.'))
and (:sandboxes is null or sandbox in (select value from json_each(:sandboxes)))
and (:name is null or name = :name)
and (:text is null or instr(lower(name), lower(:text)))
and (:since is null or at >= :since)
and (:until is null or at < :until)
-- name: oldest_first
order by id limit :limit;
-- name: history
select name, action, at, actor from main.audit
where sandbox = :sandbox and substr(action, 1, length(:kind) + 1) = :kind || '.' order by id;
-- name: newest_first
order by id desc limit :limit;
