-- name: get_meta
select value from meta where key = ?;
-- name: put_meta
insert or replace into meta (key, value) values (?, ?);
-- name: last_file
select coalesce(max(seq), 0) from sqlite_sequence where name = 'file';
-- name: put_file
insert into file (id, sandbox, dataset, day, rows, bytes) values (?, ?, ?, ?, ?, ?);
-- name: files
select id, sandbox, dataset, day, rows, bytes from file where dropped is null order by sandbox, dataset, day, id;
-- name: files_of
select id, sandbox, dataset, day, rows, bytes from file
where dropped is null and sandbox = ? order by dataset, day, id;
-- name: drop_file
update file set dropped = ? where id = ?;
-- name: dropped_before
select id, sandbox, dataset, day, rows, bytes from file where dropped < ?;
-- name: delete_file
delete from file where id = ?;
-- name: put_erased
insert or ignore into erased (token) values (?);
-- name: erased
select token from erased;
-- name: forget_erased
delete from erased where token = ?;
