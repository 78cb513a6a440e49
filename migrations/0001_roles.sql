-- The two roles that are not the owner. Roles belong to the cluster, so they may exist already.
do $$
begin
    if not exists (select from pg_roles where rolname = 'usher_app') then
        create role usher_app nologin;
    end if;
    if not exists (select from pg_roles where rolname = 'usher_reader') then
        create role usher_reader nologin;
    end if;
exception
    -- Another database of the same cluster is migrated at this moment.
    when duplicate_object or unique_violation then null;
end
$$;

revoke create on schema public from public;
grant usage on schema public to usher_app, usher_reader;
alter default privileges in schema public grant select on tables to usher_reader;
alter default privileges in schema public revoke execute on functions from public;
