-- name: users
select id, name, email, subject, password, disabled, signed_in_at, created_at from user order by name;
-- name: user
select id, name, email, subject, password, disabled, signed_in_at, created_at from user where name = ?;
-- name: user_by_id
select id, name, email, subject, password, disabled, signed_in_at, created_at from user where id = ?;
-- name: user_by_subject
select id, name, email, subject, password, disabled, signed_in_at, created_at from user where subject = ?;
-- name: user_by_email
select id, name, email, subject, password, disabled, signed_in_at, created_at from user where email = ?;
-- name: add_user
insert into user (name, email, subject, password, created_at) values (?, ?, ?, ?, ?) returning id;
-- name: set_user
update user set email = ?, password = ?, disabled = ? where id = ?;
-- name: set_password
update user set password = ? where id = ?;
-- name: set_subject
update user set subject = ? where id = ?;
-- name: signed_in
update user set signed_in_at = ? where id = ?;
-- name: delete_user
delete from user where id = ?;
-- name: profiles
select name, description, grants from profile order by name;
-- name: profile
select name, description, grants from profile where name = ?;
-- name: put_profile
insert or replace into profile (name, description, grants) values (?, ?, ?);
-- name: delete_profile
delete from profile where name = ?;
-- name: profile_users
select user.name from user_profile join user on user.id = user_profile.user where profile = ? order by user.name;
-- name: profiles_of
select profile from user_profile where user = ? order by profile;
-- name: assign
insert into user_profile (user, profile) values (?, ?);
-- name: unassign_all
delete from user_profile where user = ?;
-- name: administrators
select user.id from user_profile join user on user.id = user_profile.user where profile = ? and not disabled;
-- name: add_session
insert into session (hash, user, seen_at, expires_at) values (?, ?, ?, ?);
-- name: session
select user, seen_at, expires_at from session where hash = ?;
-- name: see_session
update session set seen_at = ? where hash = ?;
-- name: delete_session
delete from session where hash = ?;
-- name: delete_sessions
delete from session where user = ?;
-- name: add_link
insert into link (hash, user, expires_at) values (?, ?, ?);
-- name: take_link
delete from link where hash = ? returning user, expires_at;
-- name: delete_links
delete from link where user = ?;
-- name: forget_expired
delete from session where expires_at < ?;
-- name: forget_expired_links
delete from link where expires_at < ?;
-- name: tokens
select token.id, token.name, user.name, permissions, sandboxes, token.created_at, expires_at, used_at
from token join user on user.id = token.user order by user.name, token.name;
-- name: token
select token.id, token.name, user.name, permissions, sandboxes, token.created_at, expires_at, used_at
from token join user on user.id = token.user where token.id = ?;
-- name: token_by_hash
select id, name, user, permissions, sandboxes, expires_at, used_at from token where hash = ?;
-- name: add_token
insert into token (hash, name, user, permissions, sandboxes, created_at, expires_at) values (?, ?, ?, ?, ?, ?, ?)
returning id;
-- name: use_token
update token set used_at = ? where id = ?;
-- name: delete_token
delete from token where id = ?;
-- name: inlet_tokens
select id, hash, inlet, name, created_at, expires_at from inlet_token order by inlet, name;
-- name: add_inlet_token
insert into inlet_token (hash, inlet, name, created_at, expires_at) values (?, ?, ?, ?, ?) returning id;
-- name: delete_inlet_token
delete from inlet_token where id = ?;
