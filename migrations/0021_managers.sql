-- Somebody (depth 0), their manager (1), the manager's manager (2) and so on at an instant; a cycle is cut. The
-- relationship that counts is the one that speaks for the person: without an end before with one, the newest first.
create function managers_above(person uuid, at timestamptz) returns table (person_id uuid, depth integer)
language sql stable
as $$
    with recursive chain (person_id, depth, path) as (
        select person, 0, array[person]
        union all
        select w.manager_id, c.depth + 1, c.path || w.manager_id
        from chain c
        cross join lateral (
            select r.manager_id
            from work_relationship r
            where r.person_id = c.person_id
              and r.manager_id is not null
              and r.starts_at <= at
              and (r.ends_at is null or r.ends_at > at)
            order by (r.ends_at is null) desc, r.starts_at desc
            limit 1
        ) w
        where c.depth < 20 and not w.manager_id = any(c.path)
    )
    select chain.person_id, chain.depth from chain
$$;
revoke all on function managers_above(uuid, timestamptz) from public;
grant execute on function managers_above(uuid, timestamptz) to usher_app;
