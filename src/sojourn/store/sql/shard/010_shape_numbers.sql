-- The number of a shape is never given out twice, as files of the lake keep it; and they are told that some are gone.
create trigger shape_gone before delete on shape begin
  insert into meta (key, value) values ('last_shape', old.id)
  on conflict (key) do update set value = max(value, excluded.value);
  insert into meta (key, value) values ('shapes_gone', 1) on conflict (key) do update set value = value + 1;
end;
