-- Who acted, where it was a person.
create function person_of_actor(actor text) returns uuid
language sql immutable parallel safe
return case when actor like 'person:________-____-____-____-____________' then right(actor, 36)::uuid end;
revoke all on function person_of_actor from public;
grant execute on function person_of_actor to usher_app, usher_reader;

-- Its values were gathered for each entry; a page reads them beside its entries instead. No release has read it.
drop view audit_entry;
