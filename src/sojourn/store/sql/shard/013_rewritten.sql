-- Whoever keeps what they have read of step events and facts is told that some were written anew: without somebody who
-- was deleted, or without a journey.
create trigger step_rewritten after update on step begin
  insert into meta (key, value) values ('rewritten', 1) on conflict (key) do update set value = value + 1;
end;
create trigger fact_rewritten after update on fact begin
  insert into meta (key, value) values ('rewritten', 1) on conflict (key) do update set value = value + 1;
end;
