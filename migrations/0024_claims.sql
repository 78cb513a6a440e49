-- A claim is not waited for until it is on the disk. Numbers of a sequence may be given out again after the server died
-- at that moment; what comes from the fresh random id of the attempt is not.
create function lease_token_of(attempt uuid) returns bigint
language sql immutable strict parallel safe
return ('x' || right(replace(attempt::text, '-', ''), 15))::bit(60)::bigint;
revoke all on function lease_token_of(uuid) from public;
grant execute on function lease_token_of(uuid) to usher_app;
drop sequence lease_number;
